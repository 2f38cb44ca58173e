//! `partner-dashboard serve`: the real thing.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;

use super::duties::Duties;
use super::operations::Operations;
use super::others::{alone, among_others, join, lost};
use super::shutdown::shut_down;
use super::signals::Signals;
use super::{Failure, logging, say, say_aside, with_causes};
use crate::domain::audit::{Action, Actor, CHANGED_KEYS, CONFIGURATION_HASH, Intent, Target};
use crate::domain::field::FieldValue;
use crate::server::audit::{AuditLog, StreamTarget};
use crate::server::config::{self, Config, ConfigurationFacts};
use crate::server::index::Keeping;
use crate::server::listener::{Bound, Deadlines, Listener, most_connections};
use crate::server::router;
use crate::server::services::judging::keep_judging;
use crate::server::state::AppState;
use crate::server::storage::Replica;
use crate::server::wiring::{Outside, assemble_among};

/// How often it is tried to write what could not be written to the audit log.
const CATCH_UP: Duration = Duration::from_secs(5);
/// How often it is forgotten what is remembered of organisations that are gone.
const LIST_SWEEP: Duration = Duration::from_secs(30);

/// Reads the configuration and serves until the program is asked to end.
pub(super) async fn run(path: &Path, log_json: bool) -> Result<(), Failure> {
    let (config, facts) = logging::read_and_start(path, log_json)?;
    for advice in config::advice(&config) {
        tracing::warn!("not safe yet: {advice}");
    }
    let _alone = alone(&config.database)?;
    let mut signals = Signals::new()?;
    let operations = Operations::start(config.ops_listen)?;
    let replica = tokio::select! {
        replica = join(&config) => replica?,
        () = signals.next() => return Ok(()),
    };
    let bound = Bound::to(&config.listen).map_err(Failure::new)?;
    let said = format!("Partner Dashboard is listening on {} (public URL {})", bound.address(), config.public_url);
    // Whoever reads the log from standard output reads nothing else there.
    let is_streamed = config.audit.stream.as_ref().is_some_and(|stream| stream.to == StreamTarget::StandardOutput);
    let say = move || match (is_streamed, log_json) {
        (true, true) => tracing::info!("{said}"),
        (true, false) => say_aside(said),
        (false, _) => say(said),
    };
    let started = Started { facts: Some(facts), operations: &operations, replica, say };
    let ended = start(config, bound, signals, started).await;
    logging::end().await;
    ended
}

/// What `serve` has and the demo has not.
pub(super) struct Started<'a, S> {
    /// What the audit log keeps of the configuration.
    pub(super) facts: Option<ConfigurationFacts>,
    pub(super) operations: &'a Operations,
    pub(super) replica: Option<Arc<Replica>>,
    /// Says where it listens, once all is there.
    pub(super) say: S,
}

/// Starts everything that a configuration asks for, and serves until one of the signals asks the program to end, or it has lost
/// its connection to the other replicas.
pub(super) async fn start(
    config: Config,
    bound: Bound,
    mut signals: Signals,
    Started { facts, operations, replica, say }: Started<'_, impl FnOnce()>,
) -> Result<(), Failure> {
    let outside = Outside::real().map_err(|error| Failure::new(with_causes(&error)))?;
    let state = assemble_among(&config, &outside, replica.as_ref()).await;
    let state = state.map_err(|error| Failure::new(with_causes(&error)))?;
    if let Some(facts) = facts {
        note_configuration(&state, &facts).await;
    }
    operations.activate(&state);
    tokio::spawn(catch_up(state.audit.clone()));
    tokio::spawn(sweep_lists(state.clone()));
    take_up_indexes(&state).await;
    tokio::spawn(keep_judging(state.connections.clone(), state.audit.clone()));
    let duties = Duties::of(&config, &state);
    match &replica {
        Some(replica) => among_others(replica, &config, &state, duties).await,
        None => duties.begin().await,
    }
    let router = router::build(state.clone(), &config.public_url, config.requests_per_minute);
    let dashboard = Listener::start(bound, router, most_connections(), Deadlines::default());
    say();
    let is_lost = tokio::select! {
        () = signals.next() => false,
        () = lost(replica.as_deref()) => true,
    };
    if is_lost {
        tracing::error!(
            "this replica ends: it has lost its connection to the others, and records and sends nothing more"
        );
        state.connections.in_order().for_each(|connection| connection.index.set_read_by_another(true));
    }
    tokio::select! {
        () = shut_down(&dashboard, &state, !is_lost) => {}
        () = signals.next() => return Err(Failure::new(format_args!(
            "stopped at once by a second signal. Saves abandoned: {}. The audit log shows their outcome as unknown: \
             compare those objects with the partner.",
            state.writes.len()
        ))),
    }
    if is_lost {
        return Err(Failure::new(
            "stopped: the connection to the other replicas was lost. Start it again: it waits until the database answers. Saves \
             that were under way are settled by the replica that leads",
        ));
    }
    Ok(())
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

/// Serves each connection from what was kept of it, and keeps what is changed from now on.
pub(super) async fn take_up_indexes(state: &AppState) {
    join_all(state.connections.in_order().map(|connection| async {
        let keeping = Keeping {
            connection: connection.summary.name.clone(),
            snapshots: Arc::clone(&state.stores.index_snapshots),
            journal: Arc::clone(&state.stores.index_journal),
            is_shared: state.leadership.is_some(),
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
