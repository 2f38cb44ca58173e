//! Lists by key. Each is read by a task of its own, once however many wait for it, and no lock is held meanwhile.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use futures::channel::oneshot;
use tokio::time::{Instant, timeout};

use super::entry::Entry;
use super::lookup::{Lookup, failure};
use super::pending::{Outcome, PendingRead};
use super::stored::{Stored, Validity};
use crate::domain::failure::{FailureKind, PartnerFailure};
use crate::server::clock::{Clock, Moment};
use crate::server::oneid::LIST_DEADLINE;

/// How long one read may take in all, its token included.
const READ_DEADLINE: Duration = LIST_DEADLINE.saturating_add(Duration::from_secs(10));

/// What becomes of a list that counts.
pub(super) trait Accepted {
    /// The list was read, and nothing was changed from here since the read began. Called once, under the cache's lock.
    fn accepted(&self);

    /// Whether it is what is known from then on. What is not shown to everybody has to be read again.
    fn is_taken_in(&self) -> bool;
}

/// Lists by key. Cheap to clone; clones share everything.
///
/// Must be used inside a Tokio runtime: a read runs as a task, so that a visitor who goes away does not end it for
/// the others.
#[derive(Debug)]
pub(super) struct Cache<K, S>(Arc<Inner<K, S>>);

#[derive(Debug)]
struct Inner<K, S> {
    entries: Mutex<HashMap<K, Entry<S>>>,
    clock: Arc<dyn Clock>,
    /// How many reads have begun.
    reads: AtomicU64,
    /// How often something was changed.
    changes: AtomicU64,
}

impl<K, S> Clone for Cache<K, S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Clone + Eq + Hash, S: Accepted> Cache<K, S> {
    /// An empty cache.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner { entries: Mutex::default(), clock, reads: AtomicU64::new(0), changes: AtomicU64::new(0) }))
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<K, Entry<S>>> {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The entries, to be changed.
    fn entries_to_change(&self) -> MutexGuard<'_, HashMap<K, Entry<S>>> {
        let entries = self.entries();
        self.0.changes.fetch_add(1, Ordering::Relaxed);
        entries
    }

    /// How often something may have been changed: while this is the same, entries only become old.
    pub(super) fn changes(&self) -> u64 {
        // Whoever changes something holds the lock, so that nobody who has looked at the entries misses it.
        let _entries = self.entries();
        self.0.changes.load(Ordering::Relaxed)
    }

    /// Forgets one list, because a change to it was made from here.
    pub(super) fn forget(&self, key: &K) {
        if let Some(entry) = self.entries_to_change().get_mut(key) {
            entry.forget();
        }
    }

    /// Forgets every list, because a change was made from here and nobody knows to which.
    pub(super) fn forget_all(&self) {
        self.entries_to_change().values_mut().for_each(Entry::forget);
    }

    /// Makes one list be read again before it counts as fresh, because a change to it was made from here that is known.
    pub(super) fn expire(&self, key: &K) {
        if let Some(entry) = self.entries_to_change().get_mut(key) {
            entry.expire();
        }
    }

    /// Whether a list is not fresh, and the partner may be asked for it although nobody asks.
    pub(super) fn is_due(&self, key: &K, fresh_for: Duration) -> bool {
        let now = self.0.clock.moment();
        let entries = self.entries();
        let rests = |entry: &Entry<S>| entry.fresh(now, fresh_for).is_some() || entry.is_left_alone(now, fresh_for);
        !entries.get(key).is_some_and(rests)
    }

    /// A list that may be taken for what the partner has now and was answered in this time, however long that took.
    pub(super) fn answered(&self, key: &K, good_for: Duration) -> Option<Arc<S>> {
        let now = self.0.clock.moment();
        self.entries().get(key)?.answered(now, good_for).map(|stored| Arc::clone(&stored.list))
    }

    /// A list that was kept over a restart and is still the best there is: nothing was read since, and nothing failed.
    pub(super) fn kept(&self, key: &K) -> Option<Stored<S>> {
        let entries = self.entries();
        let entry = entries.get(key).filter(|entry| entry.last_failure().is_none())?;
        entry.known().filter(|stored| stored.validity == Validity::Kept).cloned()
    }

    /// Puts a list under a key that was read before, unless there is a newer one.
    pub(super) fn start_from(&self, key: K, list: S, read_at: Moment, validity: Validity) {
        self.entries_to_change().entry(key).or_default().start_from(list, read_at, validity);
    }

    /// What the last reads of lists failed with, of those that failed.
    pub(super) fn failures(&self) -> Vec<(K, PartnerFailure)> {
        let entries = self.entries();
        let failed = entries.iter().filter_map(|(key, entry)| Some((key.clone(), entry.last_failure()?.clone())));
        failed.collect()
    }

    /// Makes every list be read again before it counts as fresh, unless it is being read.
    pub(super) fn expire_all(&self) {
        self.entries_to_change().values_mut().for_each(Entry::renew);
    }

    /// Makes lists be read again before they count as fresh, of which something older is shown than what was read.
    pub(super) fn renew_where(&self, shows_older: impl Fn(&K, Moment) -> bool) {
        for (key, entry) in self.entries_to_change().iter_mut() {
            if entry.known().is_some_and(|stored| shows_older(key, stored.read_at)) {
                entry.renew();
            }
        }
    }

    /// Makes every list be read again before it counts as fresh, also one that is being read.
    pub(super) fn begin_anew(&self) {
        self.entries_to_change().values_mut().for_each(Entry::expire);
    }

    /// Lets lists share one failure, which is remembered for each.
    pub(super) fn fail(&self, keys: impl IntoIterator<Item = K>, failure: &PartnerFailure) {
        let now = self.0.clock.moment();
        let mut entries = self.entries_to_change();
        for key in keys {
            entries.entry(key).or_default().fail(failure.clone(), now);
        }
    }

    /// Drops lists that nobody wants any more, or whose age and content are known elsewhere, and the memory that they took.
    pub(super) fn sweep(&self, now: Moment, is_wanted: impl Fn(&K) -> bool, is_known_elsewhere: bool) {
        let mut entries = self.entries_to_change();
        let before = entries.len();
        entries.retain(|key, entry| entry.is_worth_keeping(now, is_wanted(key), is_known_elsewhere));
        if entries.len() < before {
            entries.shrink_to_fit();
        }
    }

    /// Looks at the entries of keys, in their order, without asking the partner. The look must be short: the cache
    /// is locked meanwhile.
    pub(super) fn look<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k K>,
        mut at: impl FnMut(&'k K, Option<&Entry<S>>, Moment),
    ) where
        K: 'k,
    {
        let now = self.0.clock.moment();
        let entries = self.entries();
        for key in keys {
            at(key, entries.get(key), now);
        }
    }
}

impl<K, S> Cache<K, S>
where
    K: Clone + Eq + Hash + Debug + Send + Sync + 'static,
    S: Accepted + Debug + Send + Sync + 'static,
{
    /// What is known under a key. When nothing fresher than `fresh_for` is, the read under way is joined; without
    /// one, `read` begins.
    pub(super) fn find<F>(&self, key: &K, fresh_for: Duration, read: impl FnOnce() -> F) -> Lookup<S>
    where
        F: Future<Output = Result<S, PartnerFailure>> + Send + 'static,
    {
        let Inner { clock, reads, .. } = &*self.0;
        let now = clock.moment();
        let mut entries = self.entries();
        let entry = entries.entry(key.clone()).or_default();
        if let Some(found) = entry.find(now, fresh_for) {
            return found;
        }
        self.0.changes.fetch_add(1, Ordering::Relaxed);
        let (announce, outcome) = oneshot::channel();
        let id = reads.fetch_add(1, Ordering::Relaxed);
        let task = ReadTask { cache: self.clone(), key: key.clone(), id, began: now, announce: Some(announce) };
        tokio::spawn(task.run(read()));
        let pending = PendingRead { id, began: Instant::now(), outcome: outcome.shared() };
        entry.begin(pending)
    }
}

/// A read under way. However it ends, even by a panic or the end of the runtime, it makes room for the next one and
/// tells those who wait.
struct ReadTask<K: Clone + Eq + Hash, S: Accepted> {
    cache: Cache<K, S>,
    key: K,
    id: u64,
    began: Moment,
    announce: Option<oneshot::Sender<Outcome<S>>>,
}

impl<K: Clone + Eq + Hash, S: Accepted> ReadTask<K, S> {
    async fn run(mut self, read: impl Future<Output = Result<S, PartnerFailure>>) {
        let result = timeout(READ_DEADLINE, read).await.unwrap_or_else(|_| Err(failure(FailureKind::TimedOut)));
        self.settle(result.map(Arc::new));
    }

    fn settle(&mut self, outcome: Outcome<S>) {
        let Some(announce) = self.announce.take() else {
            return;
        };
        let ended = self.cache.0.clock.moment();
        if let Some(entry) = self.cache.entries_to_change().get_mut(&self.key)
            && entry.settle(self.id, self.began, ended, &outcome)
            && let Ok(list) = &outcome
        {
            list.accepted();
            if !list.is_taken_in() {
                entry.expire();
            }
        }
        // Nobody may be waiting.
        let _ = announce.send(outcome);
    }
}

impl<K: Clone + Eq + Hash, S: Accepted> Drop for ReadTask<K, S> {
    fn drop(&mut self) {
        self.settle(Err(failure(FailureKind::Interrupted)));
    }
}
