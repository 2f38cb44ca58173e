//! Graceful shutdown: no new connections, requests in flight are answered, and the outcome of every save is recorded.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout, timeout_at};
use tokio_util::task::TaskTracker;

use crate::server::audit::AuditLog;
use crate::server::listener::Listener;
use crate::server::state::AppState;

/// How long requests in flight may take when no save is in progress.
const REQUESTS: Duration = Duration::from_secs(4);
/// How long saves can still begin: those of connections that were made before the server was asked to end.
const COMING: Duration = Duration::from_millis(1_500);
/// How long saves at a partner and their records may take in total, so that the program ends within 20 s. A call times
/// out after 8 s and no new one begins, but one that first needs a token, and is refused once, can take longer.
const SAVES: Duration = Duration::from_millis(19_500);
/// How long a request may take for its answer after the last save has ended.
const ANSWER: Duration = Duration::from_secs(1);
/// How often the remaining work is checked.
const TICK: Duration = Duration::from_millis(20);
/// The time between two attempts to write a completion.
const RETRY: Duration = Duration::from_millis(250);
/// How long events may take that are not in the log: nobody waits for them.
const EVENTS: Duration = Duration::from_secs(2);
/// How long the views of the connections may take to be kept, and the database to be closed.
const KEEPING: Duration = Duration::from_secs(3);
/// How long the final count of unwritten completions may take.
const REPORT: Duration = Duration::from_millis(200);

/// Shuts the server down. Returns within 7 s when no save is in progress, and within 20 s otherwise. `can_record` is whether
/// anything can still be recorded.
pub(super) async fn shut_down(dashboard: &Listener, state: &AppState, can_record: bool) {
    let start = Instant::now();
    dashboard.shut_down();
    // `/readyz` reports this.
    state.ending.cancel();
    tracing::info!(
        requests = dashboard.requests(),
        saves = state.writes.len(),
        "shutting down: no new connections; requests in progress have 4 s, saves 20 s"
    );
    // A save that was on its way when the server was asked to end is carried out.
    let _ = timeout_at(start + COMING, dashboard.closed()).await;
    // Tasks can still be added.
    state.writes.close();
    answered(dashboard, &state.writes, start).await;
    let unanswered = dashboard.requests();
    dashboard.abort();
    let last = start + SAVES;
    let _ = timeout_at(last, state.writes.wait()).await;
    if can_record {
        let _ = timeout_at(last, completed(&state.audit)).await;
        let _ = timeout_at(last.min(Instant::now() + EVENTS), noted(&state.audit)).await;
        // Those of the events too.
        let _ = timeout_at(last, state.audit.checkpoints_kept()).await;
    }
    // A server that starts from an older view reads more from the partner.
    let _ = timeout_at(last.min(Instant::now() + KEEPING), kept(state)).await;
    if unanswered > 0 {
        tracing::warn!(unanswered, "requests did not finish in time and were abandoned");
    }
    report(state.writes.len(), timeout(REPORT, state.audit.unwritten()).await.ok());
    report_events(&state.audit);
}

/// Waits until all requests are answered or have used up their time, which is longer while a save is in progress.
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
        () = dashboard.closed() => {}
        () = waited => {}
        () = sleep_until(start + SAVES) => {}
    }
}

/// Retries until every completion is on disk.
async fn completed(audit: &AuditLog) {
    while let Err(error) = audit.catch_up().await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "the outcome of a change is not in the audit log yet; trying again");
        sleep(RETRY).await;
    }
}

/// Retries until every event is on disk.
async fn noted(audit: &AuditLog) {
    loop {
        if let Err(error) = audit.write_observed().await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "an event is not in the audit log yet; trying again");
        } else if audit.observed_waiting() == 0 {
            return;
        }
        sleep(RETRY).await;
    }
}

/// Keeps the views that are not as they were kept last, and then closes the database.
async fn kept(state: &AppState) {
    join_all(state.connections.in_order().map(|connection| connection.index.keep())).await;
    state.stores.connections.close().await;
}

fn report(saves: usize, completions: Option<usize>) {
    if saves == 0 && completions == Some(0) {
        tracing::info!("stopped: the outcome of every save is in the audit log");
        return;
    }
    let completions = completions.map_or_else(|| "unknown".to_owned(), |count| count.to_string());
    tracing::error!(
        saves,
        %completions,
        "stopped with work left: `saves` had no response from the partner and were abandoned, `completions` could not \
         be recorded. The audit log shows their outcome as unknown: compare those objects with the partner"
    );
}

fn report_events(audit: &AuditLog) {
    let (events, saves) = (audit.observed_waiting(), audit.prevented_waiting());
    if events > 0 {
        tracing::error!(
            events,
            prevented_saves = saves,
            "stopped with events that the audit log did not take, and that are lost: `prevented_saves` of them are saves that \
             were not sent"
        );
    }
}
