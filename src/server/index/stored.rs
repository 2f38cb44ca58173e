//! A list as it was read, and whether it may be taken for what the partner has now.

use std::sync::Arc;
use std::time::Duration;

use crate::server::clock::Moment;

/// Whether a list may be taken for what the partner has now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Validity {
    /// As long as it is fresh.
    Current,
    /// Not for certain: it was kept over a restart, and is the best there is until it has been read again.
    Kept,
    /// No longer: somebody asked for a new one.
    Due,
    /// No longer: something was changed from here since it was read.
    Superseded,
}

/// A list as it was read.
#[derive(Debug)]
pub(super) struct Stored<S> {
    pub(super) list: Arc<S>,
    /// When the read began: the list holds nothing newer for certain.
    pub(super) read_at: Moment,
    /// When the read ended.
    pub(super) answered_at: Moment,
    pub(super) validity: Validity,
}

impl<S> Clone for Stored<S> {
    fn clone(&self) -> Self {
        Self { list: Arc::clone(&self.list), ..*self }
    }
}

impl<S> Stored<S> {
    /// Whether its read began longer ago than this.
    pub(super) fn is_older_than(&self, age: Duration, now: Moment) -> bool {
        self.read_at.after(age).is_past(now)
    }

    /// Whether it may be shown while a new one is still awaited. One that lacks a change from here may not: whoever
    /// made the change must find it.
    pub(super) fn may_stand_in(&self) -> bool {
        self.validity != Validity::Superseded
    }
}
