//! Requests by their routes: how many, how they were answered, and how long that took.

use prometheus_client::registry::{Registry, Unit};

use super::series::Series;
use crate::server::measurements::Requests;

/// Puts them into the answer.
pub(super) fn register(requests: &Requests, registry: &mut Registry) {
    let mut total = Series::counter("http_requests", "Requests by route, method and class of status");
    let help = "How long it took until the head of the answer was ready";
    let mut durations = Series::histogram("http_request_duration", help).in_unit(Unit::Seconds);
    for counts in requests.counts() {
        let labels = vec![("route", counts.route.to_owned()), ("method", counts.method.to_owned())];
        for (status, count) in counts.statuses {
            let mut labels = labels.clone();
            labels.push(("status", status.to_owned()));
            total.add_count(labels, count);
        }
        durations.add_times(labels, counts.durations);
    }
    total.register(registry);
    durations.register(registry);
    let in_flight = Series::gauge("http_requests_in_flight", "Requests whose answer is being made");
    in_flight.count(requests.in_flight()).register(registry);
}
