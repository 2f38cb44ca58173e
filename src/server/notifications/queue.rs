//! The messages that wait, in memory and in the database.
//!
//! Memory leads: one process alone sends, and that the database cannot be written is among what people want to be told. What
//! it did not take is written as soon as it does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;

use crate::server::storage::{Delivery, DeliveryState, NotificationStore, StorageError, TargetHistory, Writer};

/// The most messages that wait for one target. A receiver that is away for long is not told everything when it is back.
const MOST_WAITING: usize = 1_000;

/// A value, and whether the database has it.
#[derive(Clone, Debug)]
struct Kept<T> {
    value: T,
    is_kept: bool,
}

#[derive(Debug, Default)]
struct Memory {
    /// By target and id. What is done leaves when the database knows.
    deliveries: BTreeMap<(String, String), Kept<Delivery>>,
    histories: BTreeMap<String, Kept<TargetHistory>>,
    told: BTreeMap<String, Kept<String>>,
    /// By target and id, the recipients of a message that need not be tried again. After a restart they get it once more.
    settled: BTreeMap<(String, String), BTreeSet<String>>,
}

/// What waits, how the targets are, and what was told.
#[derive(Debug)]
pub(super) struct Queue {
    store: Arc<dyn NotificationStore>,
    memory: Mutex<Memory>,
    writer: Writer,
    /// Whether what the database has was read. Held by whoever reads it.
    taken_up: tokio::sync::Mutex<bool>,
    /// Whether another replica sends: then the database leads.
    is_sent_by_another: AtomicBool,
}

fn key(delivery: &Delivery) -> (String, String) {
    (delivery.target.clone(), delivery.notification.id.clone())
}

impl Queue {
    pub(super) fn new(store: Arc<dyn NotificationStore>) -> Self {
        Self {
            store,
            memory: Mutex::default(),
            writer: Writer::default(),
            taken_up: tokio::sync::Mutex::default(),
            is_sent_by_another: AtomicBool::default(),
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.memory().deliveries.values().filter(|kept| kept.value.target == target).count() >= MOST_WAITING
    }

    /// Keeps what has become of a message.
    pub(super) async fn put(&self, delivery: Delivery) {
        let key = key(&delivery);
        // In memory first: whatever the database does, it is not sent again by this process.
        self.memory().deliveries.insert(key.clone(), Kept { value: delivery, is_kept: false });
        if let Err(error) = self.keep(&key).await {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "it is not kept yet what became of a notification"
            );
        }
    }

    /// Writes a message as it is by then.
    async fn keep(&self, key: &(String, String)) -> Result<(), StorageError> {
        let store = Arc::clone(&self.store);
        let now = || self.memory().deliveries.get(key).map(|kept| kept.value.clone());
        let written = self.writer.write(|| {
            let now = now();
            async move {
                if let Some(delivery) = &now {
                    store.put(delivery).await?;
                }
                Ok(now)
            }
        });
        let Some(written) = written.await? else { return Ok(()) };
        let mut memory = self.memory();
        let Some(kept) = memory.deliveries.get_mut(key).filter(|kept| kept.value == written) else { return Ok(()) };
        kept.is_kept = true;
        if written.state != DeliveryState::Waiting {
            memory.deliveries.remove(key);
            memory.settled.remove(key);
        }
        Ok(())
    }

    /// Those of the recipients of a message that need not be tried again.
    pub(super) fn settled(&self, delivery: &Delivery) -> BTreeSet<String> {
        self.memory().settled.get(&key(delivery)).cloned().unwrap_or_default()
    }

    /// Remembers recipients of a message that need not be tried again.
    pub(super) fn settle(&self, delivery: &Delivery, recipients: Vec<String>) {
        if !recipients.is_empty() {
            self.memory().settled.entry(key(delivery)).or_default().extend(recipients);
        }
    }

    /// The messages that wait for a target, those that are due first before the others.
    pub(super) fn waiting(&self, target: &str) -> Vec<Delivery> {
        let memory = self.memory();
        let of_target = memory.deliveries.values().map(|kept| &kept.value).filter(|one| one.target == target);
        let mut waiting: Vec<Delivery> = of_target.filter(|one| one.state == DeliveryState::Waiting).cloned().collect();
        waiting.sort_by_key(|one| (one.due_at, one.notification.at));
        waiting
    }

    pub(super) fn history(&self, target: &str) -> TargetHistory {
        self.memory().histories.get(target).map(|kept| kept.value.clone()).unwrap_or_default()
    }

    /// Notes that a target took a message, or why it did not.
    pub(super) async fn note(&self, target: &str, at: OffsetDateTime, error: Option<String>) {
        let mut value = self.history(target);
        match error {
            None => value.last_delivered_at = Some(at),
            Some(error) => (value.last_failed_at, value.last_error) = (Some(at), Some(error)),
        }
        let is_kept = self.write_history(target, &value).await.is_ok();
        self.memory().histories.insert(target.to_owned(), Kept { value, is_kept });
    }

    pub(super) fn told(&self, watched: &str) -> Option<String> {
        self.memory().told.get(watched).map(|kept| kept.value.clone())
    }

    /// Keeps what was told of a thing.
    pub(super) async fn tell(&self, watched: String, told: String) {
        let is_kept = self.write_told(&watched, &told).await.is_ok();
        self.memory().told.insert(watched, Kept { value: told, is_kept });
    }

    async fn write_history(&self, target: &str, history: &TargetHistory) -> Result<(), StorageError> {
        let (store, target, history) = (Arc::clone(&self.store), target.to_owned(), history.clone());
        self.writer.write(move || async move { store.put_history(&target, &history).await }).await
    }

    async fn write_told(&self, watched: &str, told: &str) -> Result<(), StorageError> {
        let (store, watched, told) = (Arc::clone(&self.store), watched.to_owned(), told.to_owned());
        self.writer.write(move || async move { store.tell(&watched, &told).await }).await
    }

    /// Writes what the database did not take.
    ///
    /// # Errors
    /// When it still does not.
    pub(super) async fn catch_up(&self) -> Result<(), StorageError> {
        let (deliveries, histories, told) = {
            let memory = self.memory();
            let deliveries: Vec<_> = unkept(&memory.deliveries).map(|(key, _)| key).collect();
            (deliveries, unkept(&memory.histories).collect::<Vec<_>>(), unkept(&memory.told).collect::<Vec<_>>())
        };
        for key in deliveries {
            self.keep(&key).await?;
        }
        for (name, history) in histories {
            self.note_kept(&name, &history).await?;
        }
        for (watched, value) in told {
            self.write_told(&watched, &value).await?;
            if let Some(kept) = self.memory().told.get_mut(&watched) {
                kept.is_kept = kept.value == value;
            }
        }
        Ok(())
    }

    async fn note_kept(&self, name: &str, history: &TargetHistory) -> Result<(), StorageError> {
        self.write_history(name, history).await?;
        if let Some(kept) = self.memory().histories.get_mut(name) {
            kept.is_kept = kept.value == *history;
        }
        Ok(())
    }
}

fn unkept<K: Clone, T: Clone>(all: &BTreeMap<K, Kept<T>>) -> impl Iterator<Item = (K, T)> {
    all.iter().filter(|(_, kept)| !kept.is_kept).map(|(key, kept)| (key.clone(), kept.value.clone()))
}
