//! When the configuration that is in use was read, and whether the last one that was read could be used.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use time::OffsetDateTime;

/// How the configuration was read since the start.
#[derive(Debug)]
pub struct Reloads {
    /// When that in use was read, in seconds since 1970.
    read_at: AtomicI64,
    was_refused: AtomicBool,
}

impl Reloads {
    /// The configuration of the start was read at this time.
    pub fn begun_at(now: OffsetDateTime) -> Self {
        Self { read_at: AtomicI64::new(now.unix_timestamp()), was_refused: AtomicBool::new(false) }
    }

    /// Another one was read, and is in use.
    pub fn used(&self, now: OffsetDateTime) {
        self.read_at.store(now.unix_timestamp(), Ordering::Relaxed);
        self.was_refused.store(false, Ordering::Relaxed);
    }

    /// Another one was read, and something is wrong with it.
    pub fn refused(&self) {
        self.was_refused.store(true, Ordering::Relaxed);
    }

    /// When that in use was read, in seconds since 1970.
    pub fn read_at(&self) -> i64 {
        self.read_at.load(Ordering::Relaxed)
    }

    /// Whether the last one that was read is in use.
    pub fn is_last_in_use(&self) -> bool {
        !self.was_refused.load(Ordering::Relaxed)
    }
}
