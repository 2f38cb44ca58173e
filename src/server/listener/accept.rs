//! Accepts connections, as many as there is room for, until the listener ends.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use tokio_util::task::TaskTracker;

use super::bind::Bound;
use super::deadlines::Deadlines;
use super::protocol;
use super::registry::Registry;
use super::serve::{Common, Phase, serve};

/// How long to wait when a connection cannot be accepted, such as for want of files.
const PAUSE: Duration = Duration::from_millis(100);
/// How often that is said at most.
const REMINDER: Duration = Duration::from_secs(10);

/// A listener at work. Ends at once when it is dropped.
#[derive(Debug)]
pub struct Listener {
    phase: watch::Sender<Phase>,
    registry: Arc<Registry>,
    tasks: TaskTracker,
}

impl Listener {
    /// Starts to answer with `router` on a bound socket, on at most `most` connections at a time.
    pub fn start(bound: Bound, router: Router, most: usize, deadlines: Deadlines) -> Self {
        let (phase, at_phase) = watch::channel(Phase::Open);
        let registry = Arc::new(Registry::new(most, deadlines));
        let tasks = TaskTracker::new();
        let common = Common { router, protocol: Arc::new(protocol::builder(&deadlines)), phase: at_phase };
        tasks.spawn(accept(bound, common, Arc::clone(&registry), tasks.clone()));
        Self { phase, registry, tasks }
    }

    /// The requests under way.
    pub fn requests(&self) -> usize {
        self.registry.requests()
    }

    #[cfg(test)]
    pub(super) fn connections(&self) -> usize {
        self.registry.count()
    }

    /// Accepts nothing more, closes what is unused, and lets the requests under way be answered.
    pub fn end(&self) {
        self.enter(Phase::Ending);
    }

    /// Closes everything at once.
    pub fn cut(&self) {
        self.enter(Phase::Over);
    }

    /// Waits until no connection is left, after [`end`](Self::end) or [`cut`](Self::cut).
    pub async fn ended(&self) {
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
    let mut complaint = Complaint::default();
    let accepting = async {
        loop {
            match bound.accept().await {
                Ok((stream, peer)) => {
                    registry.room().await;
                    let (connection, place) = registry.enter(&peer);
                    let common = common.clone();
                    tasks.spawn(async move {
                        serve(common, stream, peer, connection).await;
                        drop(place);
                    });
                }
                Err(error) if is_of_the_peer(&error) => {}
                Err(error) => {
                    complaint.of(&error);
                    registry.relieve();
                    sleep(PAUSE).await;
                }
            }
        }
    };
    tokio::select! {
        () = accepting => {}
        _ = phase.changed() => {}
    }
}

/// Whether one connection was gone before it was accepted, which says nothing of the next.
fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, InvalidInput};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | InvalidInput)
}

/// Says what is wrong, but not ten times a second.
#[derive(Debug, Default)]
struct Complaint(Option<Instant>);

impl Complaint {
    fn of(&mut self, error: &io::Error) {
        let now = Instant::now();
        if self.0.is_none_or(|last| now.duration_since(last) >= REMINDER) {
            self.0 = Some(now);
            tracing::error!(%error, "a connection could not be accepted; trying again");
        }
    }
}
