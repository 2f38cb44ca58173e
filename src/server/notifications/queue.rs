//! The messages that wait, in memory and in the database.
//!
//! Memory leads: one process alone sends, and that the database cannot be written is among what people want to be told. What
//! it did not take is written as soon as it does.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, MutexGuard};

use time::{Duration, OffsetDateTime};

use super::answer::Settled;
use super::kept::{Kept, note_kept, unkept};
use super::memory::{DeliveryKey, Memory, SharedMemory, key};
use crate::server::storage::{Delivery, DeliveryState, NotificationStore, StorageError, TargetHistory, Writer};

/// The most messages that wait for one target. A receiver that is away for long is not told everything when it is back.
const MOST_WAITING: usize = 1_000;
/// The longest time for which a target is left alone.
const LONGEST_REST: Duration = Duration::hours(1);

/// What waits, how the targets are, and what was told.
#[derive(Debug)]
pub(super) struct Queue {
    store: Arc<dyn NotificationStore>,
    memory: SharedMemory,
    writer: Writer,
    /// Whether what the database has was read. Held by whoever reads it.
    taken_up: tokio::sync::Mutex<bool>,
    /// Whether another replica sends: then the database leads.
    is_sent_by_another: AtomicBool,
}

impl Queue {
    pub(super) fn new(store: Arc<dyn NotificationStore>, writer: Writer) -> Self {
        Self {
            store,
            memory: SharedMemory::default(),
            writer,
            taken_up: tokio::sync::Mutex::default(),
            is_sent_by_another: AtomicBool::default(),
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock()
    }

    /// Says whether another replica sends from now on. Whoever begins to send takes up what that one has left.
    pub(super) async fn set_sent_by_another(&self, another: bool) {
        let mut is_taken_up = self.taken_up.lock().await;
        self.is_sent_by_another.store(another, Ordering::Relaxed);
        *is_taken_up = false;
    }

    /// Takes up what an earlier start left, once; as long as another replica sends, what it has left now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) async fn take_up(&self) -> Result<(), StorageError> {
        let mut is_taken_up = self.taken_up.lock().await;
        if *is_taken_up {
            return Ok(());
        }
        let waiting = self.store.waiting().await?;
        let (histories, told) = (self.store.histories().await?, self.store.told().await?);
        let mut memory = self.memory();
        let waiting = waiting.into_iter().map(|value| (key(&value), Kept { value, is_kept: true }));
        memory.deliveries = waiting.collect();
        let histories = histories.into_iter().map(|(name, value)| (name, Kept { value, is_kept: true }));
        memory.histories = histories.collect();
        memory.forget_settled();
        memory.told = told.into_iter().map(|(name, value)| (name, Kept { value, is_kept: true })).collect();
        *is_taken_up = !self.is_sent_by_another.load(Ordering::Relaxed);
        Ok(())
    }

    /// Adds a message, unless the same was there before.
    pub(super) async fn add(&self, delivery: Delivery) {
        let key = key(&delivery);
        if self.memory().deliveries.contains_key(&key) {
            return;
        }
        let (store, added) = (Arc::clone(&self.store), delivery.clone());
        let is_kept = match self.writer.write(move || async move { store.add(&added).await }).await {
            Ok(true) => true,
            // It was done before this start.
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a notification is kept in memory alone");
                false
            }
        };
        self.memory().deliveries.insert(key, Kept { value: delivery, is_kept });
    }

    /// Whether nothing more can wait for a target, but a summary of what does.
    pub(super) fn is_full(&self, target: &str) -> bool {
        let is_waiting =
            |one: &&Kept<Delivery>| one.value.target == target && one.value.state == DeliveryState::Waiting;
        self.memory().deliveries.values().filter(is_waiting).count() >= MOST_WAITING
    }

    /// Keeps what has become of a message.
    pub(super) async fn put(&self, delivery: Delivery) {
        let key = key(&delivery);
        // In memory first: whatever the database does, it is not sent again by this process.
        self.memory().deliveries.insert(key.clone(), Kept { value: delivery, is_kept: false });
        log_unkept(self.keep(key).await);
    }

    /// Writes a message as it is by then.
    async fn keep(&self, key: DeliveryKey) -> Result<(), StorageError> {
        let (store, memory) = (Arc::clone(&self.store), self.memory.clone());
        let write = || async move {
            let Some(delivery) = memory.lock().delivery(&key) else { return Ok(()) };
            store.put(&delivery).await?;
            memory.lock().note_delivery(&key, &delivery);
            Ok(())
        };
        self.writer.write(write).await
    }

    /// The recipients of a message that need not be tried again.
    pub(super) fn settled(&self, delivery: &Delivery) -> Settled {
        self.memory().settled.get(&key(delivery)).cloned().unwrap_or_default()
    }

    /// Remembers the recipients of a message that need not be tried again.
    pub(super) fn settle(&self, delivery: &Delivery, settled: Settled) {
        if !settled.is_empty() {
            self.memory().settled.insert(key(delivery), settled);
        }
    }

    /// The messages that wait for a target, in the order in which things happened.
    pub(super) fn waiting(&self, target: &str) -> Vec<Delivery> {
        let mut waiting = self.waiting_where(|one| one.target == target);
        // Of the same moment, what was tried before stays first.
        waiting.sort_by_key(|one| (one.notification.at, Reverse(one.attempts), one.due_at));
        waiting
    }

    /// The messages that wait for any target, also for one that is not in the configuration now.
    pub(super) fn all_waiting(&self) -> Vec<Delivery> {
        self.waiting_where(|_| true)
    }

    fn waiting_where(&self, is_meant: impl Fn(&Delivery) -> bool) -> Vec<Delivery> {
        let memory = self.memory();
        let all = memory.deliveries.values().map(|kept| &kept.value);
        all.filter(|one| one.state == DeliveryState::Waiting && is_meant(one)).cloned().collect()
    }

    /// Whether a target has asked to be left alone until later.
    pub(super) fn rests(&self, target: &str, now: OffsetDateTime) -> bool {
        // A clock that was set back makes no target rest for longer than it can ask for.
        let rests = |until: &OffsetDateTime| *until > now && *until - now <= LONGEST_REST;
        self.memory().resting.get(target).is_some_and(rests)
    }

    /// Leaves a target alone until a moment. After a restart, it is asked again.
    pub(super) fn let_rest(&self, target: &str, until: OffsetDateTime) {
        self.memory().resting.insert(target.to_owned(), until);
    }

    pub(super) fn history(&self, target: &str) -> TargetHistory {
        self.memory().history(target)
    }

    /// Notes that a target took a message, or why it did not.
    pub(super) async fn note(&self, target: &str, at: OffsetDateTime, error: Option<String>) {
        {
            let mut memory = self.memory();
            let kept = memory.histories.entry(target.to_owned()).or_default();
            match error {
                None => kept.value.last_delivered_at = Some(at),
                Some(error) => (kept.value.last_failed_at, kept.value.last_error) = (Some(at), Some(error)),
            }
            kept.is_kept = false;
        }
        log_unkept(self.keep_history(target.to_owned()).await);
    }

    pub(super) fn told(&self, watched: &str) -> Option<String> {
        self.memory().told(watched)
    }

    /// Keeps what was told of a thing.
    pub(super) async fn tell(&self, watched: String, told: String) {
        self.memory().told.insert(watched.clone(), Kept { value: told, is_kept: false });
        log_unkept(self.keep_told(watched).await);
    }

    /// Writes how a target is by then.
    async fn keep_history(&self, target: String) -> Result<(), StorageError> {
        let (store, memory) = (Arc::clone(&self.store), self.memory.clone());
        let write = || async move {
            let history = memory.lock().history(&target);
            store.put_history(&target, &history).await?;
            note_kept(memory.lock().histories.get_mut(&target), &history);
            Ok(())
        };
        self.writer.write(write).await
    }

    /// Writes what was told of a thing by then.
    async fn keep_told(&self, watched: String) -> Result<(), StorageError> {
        let (store, memory) = (Arc::clone(&self.store), self.memory.clone());
        let write = || async move {
            let Some(told) = memory.lock().told(&watched) else { return Ok(()) };
            store.tell(&watched, &told).await?;
            note_kept(memory.lock().told.get_mut(&watched), &told);
            Ok(())
        };
        self.writer.write(write).await
    }

    /// Writes what the database did not take.
    ///
    /// # Errors
    /// When it still does not.
    pub(super) async fn catch_up(&self) -> Result<(), StorageError> {
        let (deliveries, histories, told) = {
            let memory = self.memory();
            (unkept(&memory.deliveries), unkept(&memory.histories), unkept(&memory.told))
        };
        for key in deliveries {
            self.keep(key).await?;
        }
        for target in histories {
            self.keep_history(target).await?;
        }
        for watched in told {
            self.keep_told(watched).await?;
        }
        Ok(())
    }
}

fn log_unkept(written: Result<(), StorageError>) {
    if let Err(error) = written {
        tracing::debug!(error = &error as &dyn std::error::Error, "kept in memory until the database takes it");
    }
}
