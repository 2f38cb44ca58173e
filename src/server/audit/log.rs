//! Writing the log: begin, complete, and what happens when a record cannot be written or comes too late.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::Mutex;

use super::error::AuditError;
use super::waiting::{LateIntent, Waiting};
use crate::domain::audit::{AuditEntry, Completion, Intent, Resolution};
use crate::server::clock::Clock;
use crate::server::crash::crash_point;
use crate::server::expiring_map::ExpiringMap;
use crate::server::storage::{AuditStore, SharedLock, SharedLocks, StorageError};

/// How long a write may take before the change is refused. A disk that hangs must not hold everybody up.
const WRITE_DEADLINE: Duration = Duration::from_secs(2);
/// How many refusals are remembered.
const MOST_REFUSALS: usize = 1_000;

/// An entry whose intent is on disk and whose completion is not.
#[derive(Debug)]
#[must_use = "an intent without a completion is an entry whose outcome nobody knows"]
pub struct OpenEntry {
    /// The entry's number.
    pub id: i64,
    /// When the intent was committed.
    pub intended_at: OffsetDateTime,
}

/// The log. Cheap to clone; clones share everything.
#[derive(Clone, Debug)]
pub struct AuditLog {
    pub(super) store: Arc<dyn AuditStore>,
    pub(super) clock: Arc<dyn Clock>,
    deadline: Duration,
    unwritten: Arc<Mutex<Vec<(i64, OffsetDateTime, Completion)>>>,
    /// Entries of this process whose completion is not on disk: their outcome is known here, or soon will be.
    open: Arc<std::sync::Mutex<BTreeMap<i64, Option<SharedLock>>>>,
    /// Where other replicas see that an entry is under way.
    replicas: Option<Arc<dyn SharedLocks>>,
    pub(super) waiting: Arc<Waiting>,
    /// Whether every record is written to a stream.
    pub(super) streams: Arc<AtomicBool>,
    /// What was refused a moment ago.
    pub(super) refused: Arc<ExpiringMap<String, (), Duration>>,
}

impl AuditLog {
    /// A log whose records this store keeps.
    pub fn new(store: Arc<dyn AuditStore>, clock: Arc<dyn Clock>) -> Self {
        let (unwritten, open, waiting) = (Arc::default(), Arc::default(), Arc::default());
        let refused = Arc::new(ExpiringMap::new(MOST_REFUSALS));
        let streams = Arc::default();
        let replicas = None;
        Self { store, clock, deadline: WRITE_DEADLINE, unwritten, open, replicas, waiting, streams, refused }
    }

    /// The same log, which other replicas write too. They see what is under way here by these locks.
    #[must_use]
    pub fn among(self, replicas: Arc<dyn SharedLocks>) -> Self {
        Self { replicas: Some(replicas), ..self }
    }

    /// The same log, with another deadline for its writes.
    #[cfg(test)]
    pub(super) fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Commits an intent. Only when this returns `Ok` may the partner be called. What was prevented becomes an event as soon
    /// as the log can be written: see [`AuditLog::keep_prevented`].
    ///
    /// # Errors
    /// When the intent is not certainly on disk, or when an earlier completion still is not.
    pub async fn begin(&self, intent: &Intent) -> Result<OpenEntry, AuditError> {
        let under_way = self.prepare(&intent.request_id).await.inspect_err(|_| self.keep_prevented(intent))?;
        let intended_at = self.clock.now();
        let (store, written) = (Arc::clone(&self.store), intent.clone());
        let mut write = tokio::spawn(async move { store.append_intent(&written, intended_at).await });
        match tokio::time::timeout(self.deadline, &mut write).await {
            Ok(Ok(written)) => {
                let id = written.inspect_err(|_| self.keep_prevented(intent))?;
                crash_point!("intent-written");
                self.open().insert(id, under_way);
                if self.replicas.as_ref().is_some_and(|replicas| replicas.are_lost()) {
                    // Another replica may have the lock of the object by now, and settles the entry.
                    return Err(StorageError::NotAmongReplicas.into());
                }
                Ok(OpenEntry { id, intended_at })
            }
            Ok(Err(_)) => {
                self.keep_prevented(intent);
                Err(AuditError::Interrupted)
            }
            Err(_) => {
                self.close_late(LateIntent { write, intent: intent.clone(), intended_at, under_way });
                Err(AuditError::TimedOut)
            }
        }
    }

    /// Commits what came of an entry. When that fails, the completion is kept in memory and
    /// written before the next entry begins: the change itself cannot be undone any more.
    ///
    /// # Errors
    /// When the completion is not on disk yet.
    pub async fn complete(&self, entry: OpenEntry, completion: Completion) -> Result<(), AuditError> {
        let completed_at = self.clock.now();
        crash_point!("completion-unwritten");
        let written = self.in_time(self.store.append_completion(entry.id, completed_at, &completion)).await;
        match &written {
            Ok(()) => {
                crash_point!("completion-written");
                self.open().remove(&entry.id);
            }
            Err(_) => self.unwritten.lock().await.push((entry.id, completed_at, completion)),
        }
        written
    }

    /// Writes what still waits, and takes up what a request begins.
    async fn prepare(&self, request_id: &str) -> Result<Option<SharedLock>, AuditError> {
        self.catch_up().await?;
        crash_point!("intent-unwritten");
        self.in_time(self.take_up(request_id)).await
    }

    /// Says to other replicas that what a request begins is under way.
    async fn take_up(&self, request_id: &str) -> Result<Option<SharedLock>, StorageError> {
        match &self.replicas {
            Some(replicas) => SharedLock::try_take(replicas, &under_way(request_id)).await,
            None => Ok(None),
        }
    }

    /// Whether an entry is under way, here or in another replica, or its completion waits to be written. Where nobody knows, it
    /// may be.
    pub async fn is_open(&self, entry: &AuditEntry) -> bool {
        if self.open().contains_key(&entry.id) {
            return true;
        }
        match &self.replicas {
            Some(replicas) => replicas.is_locked(&under_way(&entry.intent.request_id)).await.unwrap_or(true),
            None => false,
        }
    }

    pub(super) fn open(&self) -> MutexGuard<'_, BTreeMap<i64, Option<SharedLock>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Commits what was found out later about an entry whose outcome was not known.
    ///
    /// # Errors
    /// When it is not on disk. Then it can be found out again.
    pub async fn resolve(&self, id: i64, resolution: &Resolution) -> Result<(), AuditError> {
        crash_point!("resolution-unwritten");
        self.in_time(self.store.append_resolution(id, resolution)).await?;
        crash_point!("resolution-written");
        Ok(())
    }

    /// How many completions wait to be written.
    pub async fn unwritten(&self) -> usize {
        self.unwritten.lock().await.len()
    }

    /// When the oldest completion was ready that waits to be written.
    pub async fn unwritten_since(&self) -> Option<OffsetDateTime> {
        self.unwritten.lock().await.iter().map(|(_, completed_at, _)| *completed_at).min()
    }

    /// Writes the completions that wait to be written.
    ///
    /// # Errors
    /// When one of them still is not on disk.
    pub async fn catch_up(&self) -> Result<(), AuditError> {
        let mut unwritten = self.unwritten.lock().await;
        while let Some((id, completed_at, completion)) = unwritten.last() {
            let written = self.in_time(self.store.append_completion(*id, *completed_at, completion)).await;
            if written.is_err() {
                return Err(AuditError::Behind { count: unwritten.len() });
            }
            self.open().remove(id);
            unwritten.pop();
        }
        Ok(())
    }

    pub(super) async fn in_time<T>(
        &self,
        write: impl Future<Output = Result<T, StorageError>>,
    ) -> Result<T, AuditError> {
        self.in_time_of(async { Ok(write.await?) }).await
    }

    pub(super) async fn in_time_of<T>(
        &self,
        write: impl Future<Output = Result<T, AuditError>>,
    ) -> Result<T, AuditError> {
        tokio::time::timeout(self.deadline, write).await.unwrap_or(Err(AuditError::TimedOut))
    }

    /// Waits for the checkpoints that are kept elsewhere.
    pub async fn checkpoints_kept(&self) {
        self.store.checkpoints_kept().await;
    }
}

/// The name of the lock that says that what a request has begun is under way.
fn under_way(request_id: &str) -> String {
    format!("under way {request_id}")
}

#[cfg(test)]
#[path = "log_test.rs"]
mod tests;
