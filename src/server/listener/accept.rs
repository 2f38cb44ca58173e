//! The accept loop: accepts connections up to a limit until the listener shuts down.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::TaskTracker;

use super::bind::Bound;
use super::deadlines::Deadlines;
use super::protocol;
use super::registry::Registry;
use super::serve::{Common, Phase, serve};
use super::socket::Stream;
use crate::server::auth::PeerAddress;

/// How long to wait when a connection cannot be accepted, for example because there are too many open files.
const PAUSE: Duration = Duration::from_millis(100);
/// During shutdown, nobody else comes when nobody has come for so long.
const LAST_CALL: Duration = Duration::from_millis(50);
/// How long all of that may take.
const LAST_CALLS: Duration = Duration::from_millis(500);
/// The minimum time between two log messages about that.
const REMINDER: Duration = Duration::from_secs(10);

/// A running listener. Dropping it closes all connections at once.
#[derive(Debug)]
pub struct Listener {
    phase: watch::Sender<Phase>,
    registry: Arc<Registry>,
    tasks: TaskTracker,
}

impl Listener {
    /// Serves `router` on a bound socket, with at most `most` connections at a time.
    pub fn start(bound: Bound, router: Router, most: usize, deadlines: Deadlines) -> Self {
        let (phase, at_phase) = watch::channel(Phase::Open);
        let registry = Arc::new(Registry::new(most, deadlines));
        let tasks = TaskTracker::new();
        let common = Common { router, protocol: Arc::new(protocol::builder(&deadlines)), phase: at_phase };
        tasks.spawn(accept(bound, common, Arc::clone(&registry), tasks.clone()));
        Self { phase, registry, tasks }
    }

    /// The number of requests in flight.
    pub fn requests(&self) -> usize {
        self.registry.requests()
    }

    #[cfg(test)]
    pub(super) fn connections(&self) -> usize {
        self.registry.count()
    }

    /// Starts a graceful shutdown: no more connections are accepted, idle ones are closed, and requests in flight are
    /// answered.
    pub fn shut_down(&self) {
        self.enter(Phase::Draining);
    }

    /// Closes all connections at once.
    pub fn abort(&self) {
        self.enter(Phase::Aborted);
    }

    /// Waits until all connections are closed, after [`shut_down`](Self::shut_down) or [`abort`](Self::abort).
    pub async fn closed(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn enter(&self, next: Phase) {
        self.phase.send_if_modified(|phase| {
            let is_later = next > *phase;
            *phase = next.max(*phase);
            is_later
        });
    }
}

async fn accept(bound: Bound, common: Common, registry: Arc<Registry>, tasks: TaskTracker) {
    let mut phase = common.phase.clone();
    let mut errors = AcceptErrors::default();
    let begin = |stream: Stream, peer: PeerAddress| {
        let (connection, registration) = registry.register(&peer);
        let common = common.clone();
        tasks.spawn(async move {
            serve(common, stream, peer, connection).await;
            drop(registration);
        });
    };
    let accepting = async {
        loop {
            match bound.accept().await {
                Ok((stream, peer)) => {
                    registry.wait_for_capacity().await;
                    begin(stream, peer);
                }
                Err(error) if is_of_the_peer(&error) => {}
                Err(error) => {
                    errors.log(&error);
                    registry.evict_one();
                    sleep(PAUSE).await;
                }
            }
        }
    };
    tokio::select! {
        () = accepting => {}
        _ = phase.changed() => {}
    }
    // The kernel has answered for some already. Without this, their peers would be cut off with a request on its way.
    let last_calls = async {
        while let Ok(Ok((stream, peer))) = timeout(LAST_CALL, bound.accept()).await {
            begin(stream, peer);
        }
    };
    let _ = timeout(LAST_CALLS, last_calls).await;
}

/// Whether the peer closed a connection before it was accepted, which does not affect the next one.
fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, InvalidInput};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | InvalidInput)
}

/// Logs errors of the accept loop, but not ten times a second.
#[derive(Debug, Default)]
struct AcceptErrors(Option<Instant>);

impl AcceptErrors {
    fn log(&mut self, error: &io::Error) {
        let now = Instant::now();
        if self.0.is_none_or(|last| now.duration_since(last) >= REMINDER) {
            self.0 = Some(now);
            tracing::error!(%error, "a connection could not be accepted; trying again");
        }
    }
}
