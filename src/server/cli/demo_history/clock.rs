//! The clock of the two weeks: it runs as that of the machine does, so that what takes time takes it, and can be moved on.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

use crate::server::clock::{Clock, SystemClock};

/// The clocks of the machine as they were so long ago, and moved on since.
#[derive(Debug)]
pub(super) struct EarlierClock {
    ago: Duration,
    moved: Mutex<Duration>,
}

impl EarlierClock {
    /// The clock of so long ago.
    pub(super) fn new(ago: Duration) -> Self {
        Self { ago, moved: Mutex::default() }
    }

    /// Lets time pass.
    pub(super) fn advance(&self, by: Duration) {
        let mut moved = self.moved();
        *moved = moved.saturating_add(by);
    }

    fn moved(&self) -> MutexGuard<'_, Duration> {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for EarlierClock {
    fn now(&self) -> OffsetDateTime {
        SystemClock.now() - self.ago + *self.moved()
    }

    fn monotonic(&self) -> Duration {
        SystemClock.monotonic().saturating_add(*self.moved())
    }
}
