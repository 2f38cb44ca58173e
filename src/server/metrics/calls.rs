//! Calls of partners: how many, how they ended, and how long they took.

use prometheus_client::registry::{Registry, Unit};

use super::series::Series;
use crate::server::state::AppState;

/// Puts them into the answer.
pub(super) fn register(state: &AppState, registry: &mut Registry) {
    let mut total = Series::counter("partner_calls", "Calls of a partner by what they were for and how they ended");
    let help = "How long a call took, with the token that it had to wait for";
    let mut durations = Series::histogram("partner_call_duration", help).in_unit(Unit::Seconds);
    let mut in_flight = Series::gauge("partner_calls_in_flight", "Calls of a partner that are under way");
    for connection in state.monitor.all() {
        let Some(calls) = connection.calls() else {
            continue;
        };
        let name = || ("connection", connection.settings().name.clone());
        in_flight.add_count(vec![name()], calls.in_flight());
        for counts in calls.counts() {
            let labels = vec![name(), ("operation", counts.operation.code().to_owned())];
            for (outcome, count) in counts.outcomes {
                let mut labels = labels.clone();
                labels.push(("outcome", outcome.to_owned()));
                total.add_count(labels, count);
            }
            durations.add_times(labels, counts.durations);
        }
    }
    total.register(registry);
    durations.register(registry);
    in_flight.register(registry);
}
