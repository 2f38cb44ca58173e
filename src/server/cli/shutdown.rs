//! The end of the server: nothing new, what is under way answered, every save recorded, and then it is over.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout, timeout_at};
use tokio_util::task::TaskTracker;

use crate::server::audit::AuditLog;
use crate::server::listener::Listener;
use crate::server::state::AppState;

/// How long the requests under way have when no save is.
const REQUESTS: Duration = Duration::from_secs(4);
/// How long saves at a partner, and their records, have in all, so that the program is gone after 20 s. A call gives up
/// after 8 s, and nothing new begins meanwhile; one that needs a token first and is refused it once can take longer.
const SAVES: Duration = Duration::from_millis(19_500);
/// How long a request has for its answer after the last save has ended.
const ANSWER: Duration = Duration::from_secs(1);
/// How often it is looked at what is left.
const TICK: Duration = Duration::from_millis(20);
/// From one attempt to write a completion to the next.
const RETRY: Duration = Duration::from_millis(250);
/// How long it may take to find out what was given up.
const REPORT: Duration = Duration::from_millis(200);

/// Ends the server. Returns after 4 s at the latest when no save is under way, and after 20 s when one is.
pub(super) async fn end(dashboard: &Listener, state: &AppState) {
    let start = Instant::now();
    dashboard.end();
    // Tells `/readyz` too; tasks can still be added.
    state.writes.close();
    tracing::info!(
        requests = dashboard.requests(),
        saves = state.writes.len(),
        "asked to end: no new connections; requests under way have 4 s, saves at a partner 20 s"
    );
    answered(dashboard, &state.writes, start).await;
    let unanswered = dashboard.requests();
    dashboard.cut();
    let last = start + SAVES;
    let _ = timeout_at(last, state.writes.wait()).await;
    let _ = timeout_at(last, written(&state.audit)).await;
    if unanswered > 0 {
        tracing::warn!(unanswered, "requests were not answered in time and have been given up");
    }
    report(state.writes.len(), timeout(REPORT, state.audit.unwritten()).await.ok());
}

/// Waits until all requests are answered, or have had their time. Whoever waits for a save waits longer.
async fn answered(dashboard: &Listener, writes: &TaskTracker, start: Instant) {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let waited = async {
        let mut until = start + REQUESTS;
        while Instant::now() < until {
            ticks.tick().await;
            if !writes.is_empty() {
                until = until.max(Instant::now() + ANSWER);
            }
        }
    };
    tokio::select! {
        () = dashboard.ended() => {}
        () = waited => {}
        () = sleep_until(start + SAVES) => {}
    }
}

/// Tries until every completion is on disk.
async fn written(audit: &AuditLog) {
    while let Err(error) = audit.catch_up().await {
        tracing::warn!(%error, "what came of a change is not in the audit log yet; trying again");
        sleep(RETRY).await;
    }
}

fn report(saves: usize, completions: Option<usize>) {
    if saves == 0 && completions == Some(0) {
        tracing::info!("ended: every save is in the audit log with its outcome");
        return;
    }
    let completions = completions.map_or_else(|| "not known".to_owned(), |count| count.to_string());
    tracing::error!(
        saves,
        %completions,
        "ended with something left: `saves` at a partner had no answer yet and were given up, `completions` of saves \
         could not be written. The audit log shows their outcome as unknown: compare those objects with the partner"
    );
}
