//! What was observed and waits for the database.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{MutexGuard, PoisonError};

use time::OffsetDateTime;
use tokio::sync::Mutex;

use crate::domain::audit::{Action, AuditedConnection, Crowd, Intent, ObservedIn};

/// Entries in one write: so few that a save, which waits for it, does not notice.
const BATCH: usize = 100;
/// More than this do not wait: those of each connection become one entry, which counts them.
const MOST_WAITING: usize = 2_000;

/// What was observed and is not on disk yet.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    entries: std::sync::Mutex<VecDeque<(OffsetDateTime, Intent)>>,
    /// What is being written. It stays here when that fails or is given up, and is written before all others.
    pub(super) batch: Mutex<Option<(OffsetDateTime, Vec<Intent>)>>,
    /// How many are in that.
    in_batch: AtomicUsize,
}

impl Waiting {
    fn entries(&self) -> MutexGuard<'_, VecDeque<(OffsetDateTime, Intent)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many wait, with those that are being written or could not be.
    pub(super) fn len(&self) -> usize {
        let waiting = self.entries();
        waiting.len() + self.in_batch.load(Ordering::Relaxed)
    }

    /// Lets entries wait that were observed at a time.
    pub(super) fn add(&self, at: OffsetDateTime, entries: Vec<Intent>) {
        let mut waiting = self.entries();
        waiting.extend(entries.into_iter().map(|entry| (at, entry)));
        if waiting.len() > MOST_WAITING {
            let folded = folded(at, std::mem::take(&mut *waiting));
            tracing::warn!(entries = folded.len(), "too many observed changes wait for the database: they are counted");
            *waiting = folded;
        }
    }

    /// The next entries that were observed at one time. They wait on until [`Self::written`].
    pub(super) fn next(&self) -> Option<(OffsetDateTime, Vec<Intent>)> {
        let mut waiting = self.entries();
        let at = waiting.front()?.0;
        let count = waiting.iter().take(BATCH).take_while(|(time, _)| *time == at).count();
        self.in_batch.store(count, Ordering::Relaxed);
        Some((at, waiting.drain(..count).map(|(_, entry)| entry).collect()))
    }

    /// Says that the last of them are on disk.
    pub(super) fn written(&self) {
        self.in_batch.store(0, Ordering::Relaxed);
    }
}

/// One entry for all of a connection, and the first few about new fields.
fn folded(at: OffsetDateTime, entries: VecDeque<(OffsetDateTime, Intent)>) -> VecDeque<(OffsetDateTime, Intent)> {
    let mut crowds: BTreeMap<String, (Crowd, Intent)> = BTreeMap::new();
    let (observed, others): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|(_, entry)| entry.action == Action::Observed);
    for (_, entry) in observed {
        let crowd = crowds.entry(entry.target.connection_name().to_owned());
        crowd.or_insert_with(|| (Crowd::default(), entry.clone())).0.add(&entry);
    }
    let crowds = crowds.into_values().filter_map(|(crowd, entry)| {
        let AuditedConnection { name, environment } = entry.target.connection?;
        Some((at, crowd.into_entry(ObservedIn { connection: &name, environment })?))
    });
    others.into_iter().take(BATCH).chain(crowds).collect()
}
