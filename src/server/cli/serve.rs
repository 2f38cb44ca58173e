//! `partner-dashboard serve`: the real thing.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;

use super::config::configuration;
use super::duties::Duties;
use super::locked_file::lock;
use super::operations::Operations;
use super::shutdown::shut_down;
use super::signals::Signals;
use super::{Failure, say, say_aside, with_causes};
use crate::domain::audit::{Action, Actor, CHANGED_KEYS, CONFIGURATION_HASH, Intent, Target};
use crate::domain::field::FieldValue;
use crate::server::audit::{AuditLog, StreamTarget};
use crate::server::config::{self, Config, ConfigurationFacts};
use crate::server::index::Keeping;
use crate::server::listener::{Bound, Deadlines, Listener, most_connections};
use crate::server::services::judging::keep_judging;
use crate::server::services::replicas::Listening;
use crate::server::state::AppState;
use crate::server::storage::{DatabaseUrl, Replica, Standing, announcements};
use crate::server::wiring::{Outside, assemble_among};
use crate::server::{router, telemetry};

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
    let say = move || if is_streamed { say_aside(said) } else { say(said) };
    let started = Started { facts: Some(facts), operations: &operations, replica, say };
    start(config, bound, signals, started).await
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

/// Makes sure that no other dashboard uses the file of the database: each would know half of what the other one does.
fn alone(database: &DatabaseUrl) -> Result<Option<File>, Failure> {
    let Ok(database) = database.file("") else {
        return Ok(None);
    };
    let mut name = database.clone().into_os_string();
    name.push(".lock");
    match lock(Path::new(&name)) {
        Ok(Some(locked)) => Ok(Some(locked)),
        Ok(None) => Err(Failure::new(format_args!(
            "another dashboard uses the database {}. For several replicas, set database to postgres://…",
            database.display()
        ))),
        Err(error) => Err(Failure::new(format_args!("{}: {error}", Path::new(&name).display()))),
    }
}

/// Joins the other replicas, where there can be any.
async fn join(config: &Config) -> Result<Option<Arc<Replica>>, Failure> {
    if !config.database.is_postgres() {
        return Ok(None);
    }
    let replica = Replica::join(config.database.expose()).await;
    replica.map(Some).map_err(|error| Failure::new(with_causes(&error)))
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
        state.connections.in_order().for_each(|connection| connection.index.follows(true));
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

/// Listens to the other replicas, and begins the duties once this one leads.
async fn among_others(replica: &Arc<Replica>, config: &Config, state: &AppState, duties: Duties) {
    let mut standing = replica.standing();
    let listening = Listening {
        connections: state.connections.clone(),
        monitor: state.monitor.clone(),
        audit: state.audit.clone(),
        standing: standing.clone(),
    };
    tokio::spawn(Arc::clone(replica).keep());
    tokio::spawn(listening.run(announcements(config.database.expose())));
    if *standing.borrow() == Standing::Leads {
        return duties.begin().await;
    }
    tracing::info!(
        "another replica leads: it refreshes, checks and settles for all. This one takes over when that ends"
    );
    state.connections.in_order().for_each(|connection| connection.index.follows(true));
    let state = state.clone();
    tokio::spawn(async move {
        if standing.wait_for(|now| *now == Standing::Leads).await.is_err() {
            return;
        }
        tracing::info!("this replica leads from now on");
        for connection in state.connections.in_order() {
            connection.index.follows(false);
            connection.index.take_up_again(true).await;
        }
        duties.begin().await;
    });
}

/// Waits until the connection to the other replicas is lost; for ever where there are none.
async fn lost(replica: Option<&Replica>) {
    let Some(replica) = replica else {
        return std::future::pending().await;
    };
    // The replica lives as long as this.
    let _ = replica.standing().wait_for(|now| *now == Standing::Lost).await;
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
