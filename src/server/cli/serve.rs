//! `partner-dashboard serve`: the real thing.

use std::path::Path;
use std::sync::Arc;

use futures::FutureExt as _;
use tokio::task::JoinHandle;

use super::configuration_file::{ConfigurationFile, note_configuration};
use super::operations::Operations;
use super::others::{alone, join, leads, lost};
use super::running::Running;
use super::shutdown::shut_down;
use super::signals::{Hangup, Signals};
use super::{Failure, logging, say, say_aside, with_causes};
use crate::server::audit::StreamTarget;
use crate::server::config::{self, Config};
use crate::server::listener::{Deadlines, Listener, Reserved, most_connections};
use crate::server::state::AppState;
use crate::server::storage::Replica;
use crate::server::wiring::{Outside, assemble_among};

/// Reads the configuration and serves until the program is asked to end.
pub(super) async fn run(path: &Path, log_json: bool) -> Result<(), Failure> {
    // First: until then a signal ends the program, also one that is only to have it read its configuration again.
    let (mut signals, hangup) = (Signals::new()?, Hangup::new()?);
    let (config, facts) = logging::read_and_start(path, log_json)?;
    let outside = Outside::begin();
    for advice in config::advice(&config) {
        tracing::warn!("not safe yet: {advice}");
    }
    let _alone = alone(&config.database)?;
    let file = ConfigurationFile { path: path.to_owned(), facts, hangup };
    let operations = Operations::start(config.ops_listen)?;
    let replica = tokio::select! {
        replica = join(&config) => replica?,
        () = signals.next() => return Ok(()),
    };
    let reserved = Reserved::of(&config.listen).map_err(Failure::new)?;
    let said = format!("Partner Dashboard is listening on {} (public URL {})", reserved.address(), config.public_url);
    // Whoever reads the log from standard output reads nothing else there.
    let is_streamed = config.audit.stream.as_ref().is_some_and(|stream| stream.to == StreamTarget::StandardOutput);
    let say = move || match (is_streamed, log_json) {
        (true, true) => tracing::info!("{said}"),
        (true, false) => say_aside(said),
        (false, _) => say(said),
    };
    let started = Started { outside, file: Some(file), operations, replica, say };
    let ended = start(config, reserved, signals, started).await;
    logging::end().await;
    ended
}

/// What was begun before.
pub(super) struct Started<S> {
    /// What reaches out of the program, as soon as it is made.
    pub(super) outside: JoinHandle<Result<Outside, reqwest::Error>>,
    /// Where the configuration comes from.
    pub(super) file: Option<ConfigurationFile>,
    pub(super) operations: Operations,
    pub(super) replica: Option<Arc<Replica>>,
    /// Says where it listens, once all is there.
    pub(super) say: S,
}

/// What happens while it serves.
enum Event {
    /// The program is asked to end.
    End,
    /// The configuration is to be read again.
    Reload,
    /// This replica leads from now on.
    Leads,
    /// The connection to the other replicas is lost.
    Lost,
}

/// Starts everything that a configuration asks for, and serves until one of the signals asks the program to end, or it has lost
/// its connection to the other replicas.
pub(super) async fn start(
    config: Config,
    reserved: Reserved,
    mut signals: Signals,
    Started { outside, mut file, operations, replica, say }: Started<impl FnOnce()>,
) -> Result<(), Failure> {
    let outside = outside.await.map_err(Failure::new)?.map_err(|error| Failure::new(with_causes(&error)))?;
    let assembled = Box::pin(assemble_among(&config, &outside, replica.as_ref())).await;
    let assembled = assembled.map_err(|error| Failure::new(with_causes(&error)))?;
    if let Some(file) = &file {
        note_configuration(&assembled.state, &file.facts).await;
    }
    let mut running = Running::begin(assembled, config, operations, replica.as_deref()).await;
    let bound = reserved.listen().map_err(Failure::new)?;
    let dashboard = Listener::start(bound, running.router(), most_connections(), Deadlines::default());
    running.tell_ready();
    say();
    loop {
        let change = match next(&mut signals, file.as_mut(), replica.as_deref(), running.leads()).await {
            Event::End => return end(&dashboard, running.state(), &mut signals).await,
            Event::Lost => return end_alone(&dashboard, &running, &mut signals).await,
            Event::Leads => running.lead().boxed(),
            Event::Reload => reload(file.as_mut(), &mut running).boxed(),
        };
        // A database that does not answer keeps the program from nothing.
        tokio::select! {
            () = change => {}
            () = signals.next() => return end(&dashboard, running.state(), &mut signals).await,
            () = lost(replica.as_deref()) => return end_alone(&dashboard, &running, &mut signals).await,
        }
    }
}

async fn reload(file: Option<&mut ConfigurationFile>, running: &mut Running) {
    if let Some(file) = file {
        file.reload(running).await;
    }
}

/// Ends what was asked to end.
async fn end(dashboard: &Listener, state: &AppState, signals: &mut Signals) -> Result<(), Failure> {
    end_unless_again(shut_down(dashboard, state, true), state, signals).await
}

/// Ends a replica that can record nothing more. Where it led, people are told: the next one may be there at once, or never.
async fn end_alone(dashboard: &Listener, running: &Running, signals: &mut Signals) -> Result<(), Failure> {
    tracing::error!("this replica ends: it has lost its connection to the others, and records and sends nothing more");
    let state = running.state();
    state.connections.in_order().for_each(|connection| connection.index.set_read_by_another(true));
    state.notifications.end();
    let told = async {
        if running.leads() {
            state.notifications.tell_that_it_ends().await;
        }
    };
    let ended = async {
        tokio::join!(shut_down(dashboard, state, false), told);
    };
    end_unless_again(ended, state, signals).await?;
    Err(Failure::new(
        "stopped: the connection to the other replicas was lost. Start it again: it waits until the database answers. Saves that \
         were under way are settled by the replica that leads",
    ))
}

async fn end_unless_again(
    ended: impl Future<Output = ()>,
    state: &AppState,
    signals: &mut Signals,
) -> Result<(), Failure> {
    tokio::select! {
        () = ended => Ok(()),
        () = signals.next() => Err(Failure::new(format_args!(
            "stopped at once by a second signal. Saves abandoned: {}. The audit log shows their outcome as unknown: \
             compare those objects with the partner.",
            state.writes.len()
        ))),
    }
}

/// Waits for what happens next.
async fn next(
    signals: &mut Signals,
    file: Option<&mut ConfigurationFile>,
    replica: Option<&Replica>,
    has_the_lead: bool,
) -> Event {
    let hung_up = async {
        match file {
            Some(file) => file.hangup.next().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = signals.next() => Event::End,
        () = hung_up => Event::Reload,
        () = leads(replica), if !has_the_lead => Event::Leads,
        () = lost(replica) => Event::Lost,
    }
}
