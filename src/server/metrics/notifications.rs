//! The notifications that wait for their targets, at the replica that sends them.

use prometheus_client::registry::Registry;

use super::series::Series;
use crate::server::state::AppState;

/// Puts them into the answer.
pub(super) fn register(state: &AppState, registry: &mut Registry) {
    if !state.leads() {
        return;
    }
    let help = "Messages that their target has not taken yet, those included that quiet hours hold back";
    let mut waiting = Series::gauge("notifications_waiting", help);
    for (target, count) in state.notifications.waiting() {
        waiting.add_count(vec![("target", target)], count as u64);
    }
    waiting.register(registry);
}
