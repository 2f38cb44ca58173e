//! How far the journal of own changes was followed, and which of them this replica has made itself.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use tokio::sync::MutexGuard;

use crate::server::storage::JournalPosition;

/// How many own changes are remembered: those of others are told from them.
const MOST_OWN: usize = 1_000;

/// How far the journal was followed.
#[derive(Debug, Default)]
pub(super) struct Followed {
    until: tokio::sync::Mutex<JournalPosition>,
    /// What this replica has recorded itself.
    own: Mutex<BTreeSet<JournalPosition>>,
}

impl Followed {
    /// Notes a change that this replica has recorded.
    pub(super) fn note_own(&self, position: JournalPosition) {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        own.insert(position);
        while own.len() > MOST_OWN {
            own.pop_first();
        }
    }

    /// Whether this replica has recorded it.
    pub(super) fn is_own(&self, position: JournalPosition) -> bool {
        self.own.lock().unwrap_or_else(PoisonError::into_inner).contains(&position)
    }

    /// The last one that was taken in. Held by whoever takes in the next.
    pub(super) async fn until(&self) -> MutexGuard<'_, JournalPosition> {
        self.until.lock().await
    }
}
