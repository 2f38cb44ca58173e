//! The notifications: how they ended here, and those that wait for their targets, at the replica that sends them.

use prometheus_client::registry::Registry;

use super::series::Series;
use crate::server::state::AppState;

/// Puts them into the answer.
pub(super) fn register(state: &AppState, registry: &mut Registry) {
    let targets = state.notifications.known_states();
    let mut ended = Series::counter("notifications", "Messages by what became of them, since the start");
    for target in &targets {
        for (outcome, count) in state.notifications.ended(&target.name) {
            ended.add_count(vec![("target", target.name.clone()), ("outcome", outcome.to_owned())], count);
        }
    }
    ended.register(registry);
    if !state.leads() {
        return;
    }
    let help = "Messages that their target has not taken yet, those included that quiet hours hold back";
    let mut waiting = Series::gauge("notifications_waiting", help);
    let mut failing = Series::gauge("notifications_failing", "Whether the last attempt to send to a target failed");
    for target in targets {
        waiting.add_count(vec![("target", target.name.clone())], target.waiting.into());
        failing.add_count(vec![("target", target.name.clone())], target.is_failing().into());
    }
    waiting.register(registry);
    failing.register(registry);
}
