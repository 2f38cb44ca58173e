//! How far the journal of own changes was followed, which of them this replica has made itself, and which snapshot it has.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use tokio::sync::MutexGuard;

use crate::server::storage::{JournalPosition, SnapshotVersion};

/// How many own changes are remembered: those of others are told from them.
const MOST_OWN: usize = 1_000;

/// How far the journal was followed.
#[derive(Debug, Default)]
pub(super) struct Followed {
    until: tokio::sync::Mutex<JournalPosition>,
    /// What this replica has recorded itself.
    own: Mutex<BTreeSet<JournalPosition>>,
    /// The snapshot that was taken in last.
    snapshot: Mutex<Option<SnapshotVersion>>,
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

    /// Notes a snapshot that was taken in, or that has nothing newer than what is known.
    pub(super) fn note_snapshot(&self, version: SnapshotVersion) {
        *self.snapshot.lock().unwrap_or_else(PoisonError::into_inner) = Some(version);
    }

    /// Whether this is the snapshot that was noted last.
    pub(super) fn has_snapshot(&self, version: SnapshotVersion) -> bool {
        *self.snapshot.lock().unwrap_or_else(PoisonError::into_inner) == Some(version)
    }

    /// The last one that was taken in. Held by whoever takes in the next.
    pub(super) async fn until(&self) -> MutexGuard<'_, JournalPosition> {
        self.until.lock().await
    }
}
