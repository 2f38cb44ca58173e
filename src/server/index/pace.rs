//! How fast a connection is read in the background: so many calls at once, so many in a second, and fewer when it fails.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Gate, OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

use super::rhythm::{Began, Rhythm};
use super::settings::IndexSettings;
use crate::domain::failure::PartnerFailure;
use crate::server::clock::Clock;

/// Gives a number in `[0, 1)`, a different one each time, so that several dashboards do not come back together.
pub type Jitter = Arc<dyn Fn() -> f64 + Send + Sync>;

/// The pace of the background reading of one connection. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Pace(Arc<Inner>);

struct Inner {
    /// One permit for each call that may run.
    slots: Arc<Semaphore>,
    /// Whoever holds it is the next to begin. The others wait here, in their order, and not for the same moment.
    gate: Gate<()>,
    rhythm: Mutex<Rhythm>,
    clock: Arc<dyn Clock>,
    jitter: Jitter,
}

impl Pace {
    /// The pace that the settings ask for.
    pub fn new(settings: &IndexSettings, clock: Arc<dyn Clock>, jitter: Jitter) -> Self {
        let slots = usize::try_from(settings.calls_at_once.get()).unwrap_or(Semaphore::MAX_PERMITS);
        Self(Arc::new(Inner {
            slots: Arc::new(Semaphore::new(slots.min(Semaphore::MAX_PERMITS))),
            gate: Gate::new(()),
            rhythm: Mutex::new(Rhythm::new(settings.calls_per_second.get())),
            clock,
            jitter,
        }))
    }

    /// Waits until a call may begin. The call is over when its turn is: say how it went with [`Turn::end`].
    pub async fn turn(&self) -> Turn {
        // The semaphore is never closed.
        let slot = Arc::clone(&self.0.slots).acquire_owned().await.ok();
        let _gate = self.0.gate.lock().await;
        loop {
            let next = self.rhythm().begin(self.0.clock.monotonic());
            match next {
                Ok(began) => return Turn { pace: self.clone(), began, _slot: slot },
                // A failure meanwhile may have made the wait longer, so it is asked again.
                Err(wait) => sleep(wait).await,
            }
        }
    }

    /// How long no call begins, because the partner is away or asked for it. `None` when it answers.
    pub fn pause(&self) -> Option<Duration> {
        self.rhythm().pause(self.0.clock.monotonic())
    }

    /// How many calls may begin in a second at present: fewer than the settings say after failures.
    pub fn calls_per_second(&self) -> f64 {
        self.rhythm().calls_per_second()
    }

    fn rhythm(&self) -> MutexGuard<'_, Rhythm> {
        self.0.rhythm.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Pace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pace").field("rhythm", &self.0.rhythm).finish_non_exhaustive()
    }
}

/// The right to make one call. One that is dropped without its end being told, such as that of a cancelled call, changes
/// nothing for the calls after it.
#[derive(Debug)]
pub struct Turn {
    pace: Pace,
    began: Began,
    _slot: Option<OwnedSemaphorePermit>,
}

impl Turn {
    /// Says how the call went, and gives its result back. A failure other than an outage is an answer too.
    ///
    /// # Errors
    /// The failure of the call.
    pub fn end<T>(self, result: Result<T, PartnerFailure>) -> Result<T, PartnerFailure> {
        match &result {
            Err(failure) if failure.kind.is_outage() => {
                let (now, jitter) = (self.pace.0.clock.monotonic(), (self.pace.0.jitter)());
                self.pace.rhythm().failed(self.began, now, failure, jitter);
            }
            _ => self.pace.rhythm().answered(self.began),
        }
        result
    }
}

#[cfg(test)]
#[path = "pace_test.rs"]
mod tests;
