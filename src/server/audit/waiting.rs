//! What waits for the database: what was observed, other events, and saves that were prevented.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};

use time::OffsetDateTime;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::domain::audit::{Action, AuditedConnection, Crowd, Intent, ObservedIn};
use crate::server::storage::{SharedLock, StorageError};

/// Entries in one write: so few that a save, which waits for it, does not notice.
const BATCH: usize = 100;
/// More changes that were observed do not wait: those of each connection become one entry, which counts them.
const MOST_OBSERVED: usize = 2_000;
/// Other events that wait, such as sign-ins, at most. Each is about a kilobyte.
const MOST_EVENTS: usize = 20_000;
/// Saves that were prevented and wait, at most; the log of the server names the others.
const MOST_PREVENTED: usize = 1_000;
/// After so many of them, the others wait without the values of their fields, which may be large.
const MOST_WHOLE: usize = 100;

/// Entries that were observed at one time.
pub(super) type Batch = (OffsetDateTime, Vec<Intent>);

/// What was observed and is not on disk yet.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    entries: std::sync::Mutex<VecDeque<(OffsetDateTime, Intent)>>,
    /// What is being written. It stays here when that fails, and is written before all others.
    pub(super) batch: Arc<Mutex<Option<Batch>>>,
    /// How many are in that.
    in_batch: AtomicUsize,
    /// How many saves in it were prevented.
    prevented_in_batch: AtomicUsize,
    /// How many saves missed the deadline, and are neither written nor refused yet.
    late: AtomicUsize,
}

/// An intent that missed the deadline.
#[derive(Debug)]
pub(super) struct LateIntent {
    pub(super) write: JoinHandle<Result<i64, StorageError>>,
    pub(super) intent: Intent,
    pub(super) intended_at: OffsetDateTime,
    pub(super) under_way: Option<SharedLock>,
}

/// A save whose intent missed the deadline. It waits until this is dropped.
#[derive(Debug)]
pub(super) struct Late(Arc<Waiting>);

impl Drop for Late {
    fn drop(&mut self) {
        self.0.late.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Waiting {
    fn entries(&self) -> MutexGuard<'_, VecDeque<(OffsetDateTime, Intent)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many wait, with those that are being written or could not be, and those that missed the deadline.
    pub(super) fn len(&self) -> usize {
        let waiting = self.entries();
        waiting.len() + self.in_batch.load(Ordering::Relaxed) + self.late.load(Ordering::Relaxed)
    }

    /// How many of those are saves that were prevented.
    pub(super) fn prevented(&self) -> usize {
        let waiting = self.entries().iter().filter(|(_, entry)| is_prevented(entry)).count();
        waiting + self.prevented_in_batch.load(Ordering::Relaxed) + self.late.load(Ordering::Relaxed)
    }

    /// Lets a save wait that was prevented.
    pub(super) fn add_prevented(&self, at: OffsetDateTime, mut entry: Intent) {
        let before = self.prevented();
        if before >= MOST_PREVENTED {
            tracing::error!(
                request_id = entry.request_id,
                "too many prevented saves wait for the database: one is dropped"
            );
            return;
        }
        if before >= MOST_WHOLE {
            entry.changes.clear();
        }
        self.entries().push_back((at, entry));
    }

    /// Counts a save whose intent missed the deadline.
    pub(super) fn late(self: &Arc<Self>) -> Late {
        self.late.fetch_add(1, Ordering::Relaxed);
        Late(Arc::clone(self))
    }

    /// Lets entries wait that were observed at a time.
    pub(super) fn add(&self, at: OffsetDateTime, entries: Vec<Intent>) {
        let mut waiting = self.entries();
        waiting.extend(entries.into_iter().map(|entry| (at, entry)));
        const { assert!(MOST_OBSERVED <= MOST_EVENTS, "the smaller limit decides whether anything has to be counted") }
        // It is short as long as the database answers.
        if waiting.len() <= MOST_OBSERVED {
            return;
        }
        if waiting.iter().filter(|(_, entry)| is_observed(entry)).count() > MOST_OBSERVED {
            let folded = folded(at, std::mem::take(&mut *waiting));
            tracing::warn!(entries = folded.len(), "too many observed changes wait for the database: they are counted");
            *waiting = folded;
        }
        let before = waiting.len();
        let mut events = 0;
        waiting.retain(|(_, entry)| {
            let is_event = !is_observed(entry) && !is_prevented(entry);
            events += usize::from(is_event);
            !is_event || events <= MOST_EVENTS
        });
        let dropped = before - waiting.len();
        if dropped > 0 {
            tracing::error!(dropped, "too many events wait for the database: the newest are NOT in the audit log");
        }
    }

    /// The next entries that were observed at one time. They wait on until [`Self::written`].
    pub(super) fn next(&self) -> Option<Batch> {
        let mut waiting = self.entries();
        let at = waiting.front()?.0;
        let count = waiting.iter().take(BATCH).take_while(|(time, _)| *time == at).count();
        let batch: Vec<Intent> = waiting.drain(..count).map(|(_, entry)| entry).collect();
        self.in_batch.store(count, Ordering::Relaxed);
        self.prevented_in_batch.store(batch.iter().filter(|entry| is_prevented(entry)).count(), Ordering::Relaxed);
        Some((at, batch))
    }

    /// Says that the last of them are on disk.
    pub(super) fn written(&self) {
        self.in_batch.store(0, Ordering::Relaxed);
        self.prevented_in_batch.store(0, Ordering::Relaxed);
    }
}

fn is_prevented(entry: &Intent) -> bool {
    entry.action == Action::SavePrevented
}

fn is_observed(entry: &Intent) -> bool {
    entry.action == Action::Observed
}

/// Everything but what was observed, and one entry for all of that on each connection.
fn folded(at: OffsetDateTime, entries: VecDeque<(OffsetDateTime, Intent)>) -> VecDeque<(OffsetDateTime, Intent)> {
    let mut crowds: BTreeMap<String, (Crowd, Intent)> = BTreeMap::new();
    let (observed, others): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(_, entry)| is_observed(entry));
    for (_, entry) in observed {
        let crowd = crowds.entry(entry.target.connection_name().to_owned());
        crowd.or_insert_with(|| (Crowd::default(), entry.clone())).0.add(&entry);
    }
    let crowds = crowds.into_values().filter_map(|(crowd, entry)| {
        let AuditedConnection { name, environment } = entry.target.connection?;
        Some((at, crowd.into_entry(ObservedIn { connection: &name, environment })?))
    });
    others.into_iter().chain(crowds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::{Actor, Target};
    use crate::domain::field::FieldValue;

    const AT: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn entry(action: Action) -> Intent {
        let target = Target::of_connection("sandbox", crate::domain::connection::Environment::Sandbox);
        Intent::event(action, Actor::nobody("Ada"), target, "r-1").with("name", FieldValue::Flag(true))
    }

    #[test]
    fn a_save_that_was_prevented_is_not_dropped_whatever_else_waits() {
        let waiting = Waiting::default();
        for _ in 0..150 {
            waiting.add_prevented(AT, entry(Action::SavePrevented));
        }
        waiting.add(AT, vec![entry(Action::SignIn); MOST_EVENTS - 1]);
        assert_eq!(waiting.len(), 150 + MOST_EVENTS - 1, "no event is dropped as long as there is room");
        waiting.add(AT, vec![entry(Action::NewFields); 2]);
        assert_eq!((waiting.prevented(), waiting.len()), (150, 150 + MOST_EVENTS));
        let mut whole = 0;
        while let Some((_, batch)) = waiting.next() {
            let prevented: Vec<_> = batch.iter().filter(|entry| is_prevented(entry)).collect();
            whole += prevented.iter().filter(|entry| !entry.changes.is_empty()).count();
            assert!(waiting.prevented() >= prevented.len(), "those that are being written wait too");
            waiting.written();
        }
        assert_eq!((waiting.prevented(), waiting.len(), whole), (0, 0, MOST_WHOLE));
    }

    #[test]
    fn no_more_prevented_saves_wait_than_memory_has_room_for() {
        let waiting = Waiting::default();
        for _ in 0..MOST_PREVENTED + 5 {
            waiting.add_prevented(AT, entry(Action::SavePrevented));
        }
        assert_eq!(waiting.prevented(), MOST_PREVENTED);
        let late = std::sync::Arc::new(Waiting::default());
        let guard = late.late();
        assert_eq!((late.prevented(), late.len()), (1, 1));
        drop(guard);
        assert_eq!((late.prevented(), late.len()), (0, 0));
    }
}
