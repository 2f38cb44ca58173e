//! How many messages ended in which way, since the start.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What became of a message for a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ending {
    /// The target has it, or as many of its recipients as ever will.
    Delivered,
    /// It never will: it was refused for good, or for a day.
    GivenUp,
    /// Too many waited already.
    Dropped,
}

impl Ending {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Delivered, Self::GivenUp, Self::Dropped];

    /// The word for it in metrics.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
            Self::Dropped => "dropped",
        }
    }
}

/// The counts of all targets.
#[derive(Debug, Default)]
pub(super) struct Counts(Mutex<BTreeMap<(String, Ending), u64>>);

impl Counts {
    pub(super) fn note(&self, target: &str, ending: Ending) {
        *self.counts().entry((target.to_owned(), ending)).or_default() += 1;
    }

    pub(super) fn of(&self, target: &str, ending: Ending) -> u64 {
        self.counts().get(&(target.to_owned(), ending)).copied().unwrap_or_default()
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<(String, Ending), u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
