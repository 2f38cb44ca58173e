//! `partner-dashboard serve`: the real thing.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;

use super::config::configuration;
use super::shutdown::shut_down;
use super::signals::Signals;
use super::standby::{Operations, lead};
use super::{Failure, say, say_aside, with_causes};
use crate::domain::audit::{Action, Actor, CHANGED_KEYS, CONFIGURATION_HASH, Intent, Target};
use crate::domain::field::FieldValue;
use crate::server::audit::{AuditLog, StreamTarget};
use crate::server::config::{self, Config, ConfigurationFacts};
use crate::server::index::Keeping;
use crate::server::listener::{Bound, Deadlines, Listener, most_connections};
use crate::server::services::judging::keep_judging;
use crate::server::services::objects::settle::{Settler, doubt_unsettled};
use crate::server::state::AppState;
use crate::server::wiring::{Outside, assemble};
use crate::server::{router, telemetry};

/// How often what is too old is removed from the database.
const REMOVAL: Duration = Duration::from_mins(10);
/// How often old entries of the audit log are removed, where they are.
const RETENTION: Duration = Duration::from_hours(1);
/// How often it is tried to write what could not be written to the audit log.
const CATCH_UP: Duration = Duration::from_secs(5);
/// How often it is forgotten what is remembered of organisations that are gone.
const LIST_SWEEP: Duration = Duration::from_secs(30);

/// Reads the configuration and serves until the program is asked to end.
pub(super) async fn run(path: &Path, log_json: bool) -> Result<(), Failure> {
    telemetry::start("info", log_json);
    let Ok((config, facts)) = config::read_with_facts(path, std::env::vars()) else {
        // What is wrong beside the first thing is said too.
        return configuration(path).and(Err(Failure::configuration("the configuration was changed meanwhile")));
    };
    for advice in config::advice(&config) {
        tracing::warn!("not safe yet: {advice}");
    }
    let mut signals = Signals::new()?;
    let operations = Operations::start(config.ops_listen)?;
    let leadership = tokio::select! {
        leadership = lead(&config) => leadership?,
        () = signals.next() => return Ok(()),
    };
    let bound = Bound::to(&config.listen).map_err(Failure::new)?;
    let said = format!("Partner Dashboard is listening on {} (public URL {})", bound.address(), config.public_url);
    // Whoever reads the log from standard output reads nothing else there.
    if config.audit.stream.as_ref().is_some_and(|stream| stream.to == StreamTarget::StandardOutput) {
        say_aside(said);
    } else {
        say(said);
    }
    let (leadership, process) = match leadership {
        Some(mut leadership) => {
            let process = leadership.process().await.map_err(|error| Failure::new(with_causes(&error)))?;
            (Some(leadership), Some(process))
        }
        None => (None, None),
    };
    let deposed = async {
        match leadership {
            Some(leadership) => leadership.lost().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = start(config, Some(facts), bound, signals, &operations, process) => ended,
        () = deposed => Err(Failure::new(
            "stopped at once: this replica may not be the active one any more. Start it again: it waits on standby. Saves that \
             were under way are settled by the replica that is active",
        )),
    }
}

/// Starts everything that a configuration asks for, and serves until one of the signals asks the program to end.
pub(super) async fn start(
    config: Config,
    facts: Option<ConfigurationFacts>,
    bound: Bound,
    mut signals: Signals,
    operations: &Operations,
    process: Option<i32>,
) -> Result<(), Failure> {
    let outside = Outside::real().map_err(|error| Failure::new(with_causes(&error)))?;
    let state = assemble(&config, &outside).await.map_err(|error| Failure::new(with_causes(&error)))?;
    if let Some(process) = process {
        state.stores.audit.only_while(process);
    }
    if let Some(facts) = facts {
        note_configuration(&state, &facts).await;
    }
    operations.activate(&state);
    tokio::spawn(remove_old(state.clone()));
    tokio::spawn(catch_up(state.audit.clone()));
    tokio::spawn(state.audit.clone().keep_index());
    if let Some(stream) = config.audit.stream.clone() {
        tokio::spawn(state.audit.clone().stream(stream));
    }
    if let Some(keep) = config.audit.keep {
        tokio::spawn(retain(state.audit.clone(), keep));
    }
    tokio::spawn(sweep_lists(state.clone()));
    if let Some(backups) = state.backups.clone() {
        tokio::spawn(backups.run(state.audit.clone()));
    }
    start_indexes(&state).await;
    // What is settled is not doubted: it begins when the indexes know what to doubt.
    let (clock, locks) = (Arc::clone(&state.clock), Arc::clone(&state.locks));
    tokio::spawn(Settler::new(state.connections.clone(), state.audit.clone(), clock, locks).run());
    tokio::spawn(keep_judging(state.connections.clone(), state.audit.clone()));
    if let Some(interval) = config.check_interval {
        state.monitor.watch(interval);
    }
    let router = router::build(state.clone(), &config.public_url, config.requests_per_minute);
    let dashboard = Listener::start(bound, router, most_connections(), Deadlines::default());
    signals.next().await;
    tokio::select! {
        () = shut_down(&dashboard, &state) => Ok(()),
        () = signals.next() => Err(Failure::new(format_args!(
            "stopped at once by a second signal. Saves abandoned: {}. The audit log shows their outcome as unknown: \
             compare those objects with the partner.",
            state.writes.len()
        ))),
    }
}

/// Writes completions and observed changes that could not be written, as soon as they can be: nobody has to change something for that.
async fn catch_up(audit: AuditLog) {
    let mut ticks = tokio::time::interval(CATCH_UP);
    loop {
        ticks.tick().await;
        if let Err(error) = audit.catch_up().await {
            tracing::error!(%error, "the outcome of a change is not in the audit log yet");
        }
        if let Err(error) = audit.write_observed().await {
            tracing::error!(%error, "changes made elsewhere are not in the audit log yet");
        }
    }
}

/// Removes the entries that are older than they are to be kept.
async fn retain(audit: AuditLog, keep: time::Duration) {
    // Not at once: a clock that is not set yet would make everything old.
    let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + RETENTION, RETENTION);
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

/// Records which configuration is in use, and which of its keys have other values than at the last start.
async fn note_configuration(state: &AppState, facts: &ConfigurationFacts) {
    let store = &state.stores.configuration;
    let entry =
        Intent::event(Action::ConfigurationLoaded, Actor::nobody("Partner Dashboard"), Target::of_dashboard(None), "");
    let mut entry = entry.with_text(CONFIGURATION_HASH, &facts.sha256);
    match store.changed_keys(&facts.values).await {
        Ok(changed) => entry = entry.with(CHANGED_KEYS, FieldValue::List(changed.unwrap_or_default())),
        Err(error) => tracing::error!(%error, "the configuration cannot be compared with that of the last start"),
    }
    state.audit.note(entry).await;
    if let Err(error) = store.keep(&facts.values).await {
        tracing::error!(%error, "it is not kept what the configuration is");
    }
}

async fn remove_old(state: AppState) {
    let mut ticks = tokio::time::interval(REMOVAL);
    loop {
        ticks.tick().await;
        match state.stores.remove_old().await {
            Ok(ended) => {
                let entries = ended.into_iter().map(|one| one.into_entry("limits", "")).collect();
                state.audit.keep_observed(entries);
            }
            Err(error) => {
                tracing::warn!(%error, "old sessions, drafts, messages or submissions could not be removed");
            }
        }
    }
}

/// Serves each connection from what was kept of it, and reads it in the background from now on.
async fn start_indexes(state: &AppState) {
    take_up_indexes(state).await;
    // Before anything is read and compared with what was kept.
    if let Err(error) = doubt_unsettled(&state.connections, &state.audit).await {
        tracing::error!(error = &error as &dyn std::error::Error, "unknown outcomes of an earlier run are not known");
    }
    for connection in state.connections.in_order() {
        tokio::spawn(Arc::clone(&connection.index).run());
    }
}

/// Serves each connection from what was kept of it, and keeps what is changed from now on.
pub(super) async fn take_up_indexes(state: &AppState) {
    let names: Vec<&str> = state.connections.in_order().map(|connection| connection.summary.name.as_str()).collect();
    if let Err(error) = state.stores.index_snapshots.keep_only(&names).await {
        tracing::warn!(%error, "the indexes of connections that are no longer configured could not be removed");
    }
    join_all(state.connections.in_order().map(|connection| async {
        let keeping = Keeping {
            connection: connection.summary.name.clone(),
            snapshots: Arc::clone(&state.stores.index_snapshots),
            journal: Arc::clone(&state.stores.index_journal),
        };
        connection.index.start_from(keeping).await;
    }))
    .await;
}

async fn sweep_lists(state: AppState) {
    let mut ticks = tokio::time::interval(LIST_SWEEP);
    loop {
        ticks.tick().await;
        state.connections.sweep(state.clock.moment());
    }
}
