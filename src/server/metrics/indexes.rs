//! The index of each connection: how old, how complete, and how fast it is read.

use prometheus_client::registry::{Registry, Unit};

use super::series::Series;
use crate::server::state::AppState;

/// Puts them into the answer.
pub(super) fn register(state: &AppState, registry: &mut Registry) {
    let seconds = |name, help| Series::gauge(name, help).in_unit(Unit::Seconds);
    let mut organisations_age = seconds("index_organisations_age", "Time since the list of organisations was read");
    let mut clients_age = seconds("index_clients_age", "Time since the oldest list of clients was read");
    let help = "Which part of the lists of clients was read";
    let mut coverage = Series::gauge("index_coverage", help).in_unit(Unit::Other("ratio".to_owned()));
    let mut waiting = Series::gauge("index_lists_waiting", "Organisations whose clients were not read yet");
    let mut objects = Series::gauge("index_objects", "Objects that are known");
    let mut pace = Series::gauge("index_calls_per_second", "Calls that may begin in a second in the background");
    let mut pause = seconds("index_pause", "Time until a call may begin again, because the partner is away");
    for connection in state.connections.in_order() {
        let status = connection.index.status();
        let labels = || vec![("connection", connection.summary.name.clone())];
        if let Some(age) = status.organisations_age {
            organisations_age.add(labels(), age.as_secs_f64());
        }
        if let Some(age) = status.clients_age {
            clients_age.add(labels(), age.as_secs_f64());
        }
        coverage.add(labels(), status.coverage());
        waiting.add_count(labels(), status.of.saturating_sub(status.read).into());
        for (kind, count) in [("organisation", status.organisations), ("client", status.clients)] {
            let mut labels = labels();
            labels.push(("kind", kind.to_owned()));
            objects.add_count(labels, count);
        }
        pace.add(labels(), status.calls_per_second);
        pause.add(labels(), status.pause.as_secs_f64());
    }
    for series in [organisations_age, clients_age, coverage, waiting, objects, pace, pause] {
        series.register(registry);
    }
}
