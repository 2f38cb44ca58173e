//! What is done once for all, by the one program that there is or by the replica that leads.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, interval_at};

use crate::server::audit::AuditLog;
use crate::server::config::Config;
use crate::server::connections::Monitor;
use crate::server::index::Connections;
use crate::server::notifications::Sources;
use crate::server::services::objects::settle::Settler;
use crate::server::services::objects::under_way::doubt_unsettled;
use crate::server::state::AppState;
use crate::server::storage::{Leadership, Stores};

/// How often what is too old is removed from the database.
const REMOVAL: Duration = Duration::from_mins(10);
/// When it is first removed. Not immediately: the first pages come first.
const FIRST_REMOVAL: Duration = Duration::from_mins(1);
/// How often old entries of the audit log are removed, where they are.
const RETENTION: Duration = Duration::from_hours(1);

/// The connections as they are now, for what works on from one configuration to the next.
#[derive(Clone, Debug)]
pub(super) struct Now {
    pub(super) connections: watch::Receiver<Connections>,
    pub(super) monitor: watch::Receiver<Monitor>,
}

/// Begins the duties of whoever leads, those that a configuration asks for. They end with the program.
pub(super) async fn begin(config: &Config, state: &AppState, now: Now) {
    tokio::spawn(remove_old(Arc::clone(&state.stores), state.audit.clone(), state.leadership.clone()));
    tokio::spawn(state.audit.clone().keep_index());
    if let Some(stream) = config.audit.stream.clone() {
        tokio::spawn(state.audit.clone().stream(stream));
    }
    if let Some(keep) = config.audit.keep {
        tokio::spawn(retain(state.audit.clone(), keep));
    }
    if let Some(backups) = state.backups.clone() {
        tokio::spawn(backups.run(state.audit.clone()));
    }
    let names: Vec<&str> = state.connections.in_order().map(|connection| connection.summary.name.as_str()).collect();
    if let Err(error) = state.stores.index_snapshots.keep_only(&names).await {
        tracing::warn!(%error, "the indexes of connections that are no longer configured could not be removed");
    }
    refresh(&state.connections, &state.audit).await;
    let sources = Sources { monitor: now.monitor, audit: state.audit.clone(), backups: state.backups.clone() };
    tokio::spawn(Arc::clone(&state.notifications).run(sources));
    // What is settled is not doubted: it begins when the indexes know what to doubt.
    let (clock, locks) = (Arc::clone(&state.clock), Arc::clone(&state.locks));
    tokio::spawn(Settler::new(now.connections, state.audit.clone(), clock, locks).run());
    if let Some(interval) = config.check_interval {
        state.monitor.watch(interval);
    }
}

/// Reads connections in the background from now on.
pub(super) async fn refresh(connections: &Connections, audit: &AuditLog) {
    // Before anything is read and compared with what was kept.
    if let Err(error) = doubt_unsettled(connections, audit).await {
        tracing::error!(error = &error as &dyn std::error::Error, "unknown outcomes of an earlier run are not known");
    }
    for connection in connections.in_order() {
        tokio::spawn(Arc::clone(&connection.index).run());
    }
}

/// Removes the entries that are older than they are to be kept.
async fn retain(audit: AuditLog, keep: time::Duration) {
    // Not at once: a clock that is not set yet would make everything old.
    let mut ticks = interval_at(Instant::now() + RETENTION, RETENTION);
    loop {
        ticks.tick().await;
        match audit.retain(keep).await {
            Ok(Some(until)) => {
                tracing::info!(until, "entries of the audit log that were kept long enough were removed");
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "old entries of the audit log were not removed"
                );
            }
        }
    }
}

/// Ended sessions that are recorded at once.
const AT_ONCE: usize = 1_000;

/// Holds nothing of the connections: one that is removed is to be gone.
async fn remove_old(stores: Arc<Stores>, audit: AuditLog, leadership: Option<watch::Receiver<Leadership>>) {
    let mut ticks = interval_at(Instant::now() + FIRST_REMOVAL, REMOVAL);
    loop {
        ticks.tick().await;
        // Whoever has lost the lead cannot record which sessions ended.
        if !Leadership::leads(leadership.as_ref()) {
            return;
        }
        let (ended, removed) = stores.remove_old().await;
        let mut ended = ended.into_iter().map(|one| one.into_entry("limits", "")).peekable();
        while ended.peek().is_some() {
            // A part at a time, and each is written before the next: more than there is room for may have ended since the last start.
            audit.keep_observed(ended.by_ref().take(AT_ONCE).collect());
            if let Err(error) = audit.write_observed().await {
                tracing::warn!(%error, "ended sessions are not in the audit log yet");
            }
        }
        if let Err(error) = removed {
            tracing::warn!(%error, "old sessions, drafts, messages or submissions could not be removed");
        }
    }
}
