//! How far the journal of own changes was followed, which of them this replica has made itself, and which snapshot it has.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::MutexGuard;

use super::objects::Objects;
use super::view::View;
use crate::server::clock::Moment;
use crate::server::storage::{JournalPosition, ReadAgain, SnapshotVersion};

/// How many own changes are remembered: those of others are told from them.
const MOST_OWN: usize = 1_000;
/// How long a snapshot that could not be served is not loaded again, though it is spoken of.
const USELESS_FOR: Duration = Duration::from_mins(1);

/// How far the journal was followed.
#[derive(Debug, Default)]
pub(super) struct Followed {
    until: tokio::sync::Mutex<JournalPosition>,
    /// What this replica has recorded itself.
    own: Mutex<BTreeSet<JournalPosition>>,
    snapshots: Mutex<Snapshots>,
}

/// What is known of the snapshots of the replica that leads.
#[derive(Debug, Default)]
struct Snapshots {
    /// The one that was served last, and its objects. It holds no memory of them.
    served: Option<(SnapshotVersion, Weak<Objects>)>,
    /// What was heard last of a reading that found no change.
    read_again: Option<ReadAgain>,
    /// One that could not be served, and until when it is not loaded again.
    useless: Option<(SnapshotVersion, Moment)>,
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

    fn snapshots(&self) -> std::sync::MutexGuard<'_, Snapshots> {
        self.snapshots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a snapshot that is served from now on.
    pub(super) fn note_served(&self, version: SnapshotVersion, view: &View) {
        self.snapshots().served = Some((version, Arc::downgrade(&view.objects)));
    }

    /// The objects of a snapshot, if it is the one that was served last.
    pub(super) fn served(&self, version: SnapshotVersion) -> Option<Weak<Objects>> {
        self.snapshots()
            .served
            .as_ref()
            .filter(|(served, _)| *served == version)
            .map(|(_, objects)| Weak::clone(objects))
    }

    /// Notes what was read again.
    pub(super) fn hear(&self, read: ReadAgain) {
        self.snapshots().read_again = Some(read);
    }

    /// What was heard last of a snapshot.
    pub(super) fn heard(&self, version: SnapshotVersion) -> Option<ReadAgain> {
        self.snapshots().read_again.filter(|read| read.version == version)
    }

    /// Notes a snapshot that could not be served.
    pub(super) fn note_useless(&self, version: SnapshotVersion, now: Moment) {
        self.snapshots().useless = Some((version, now.after(USELESS_FOR)));
    }

    /// Whether a snapshot could not be served a moment ago.
    pub(super) fn is_useless(&self, version: SnapshotVersion, now: Moment) -> bool {
        self.snapshots().useless.is_some_and(|(useless, until)| useless == version && !until.is_past(now))
    }

    /// The last one that was taken in. Held by whoever takes in the next.
    pub(super) async fn until(&self) -> MutexGuard<'_, JournalPosition> {
        self.until.lock().await
    }
}
