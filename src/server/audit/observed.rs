//! Entries that are complete when they are written: what was observed, and its answers.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::OwnedMutexGuard;

use super::error::AuditError;
use super::log::AuditLog;
use super::waiting::Batch;
use crate::domain::audit::{AuditEntry, Intent};
use crate::server::storage::OpenObservations;

/// How long the same refusal is not an event again.
const SAME_REFUSAL: Duration = Duration::from_mins(1);

impl AuditLog {
    /// Takes over what was observed, to be written by [`AuditLog::write_observed`].
    pub fn keep_observed(&self, entries: Vec<Intent>) {
        self.waiting.add(self.clock.now(), entries);
    }

    /// How many entries are not on disk yet.
    pub fn observed_waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Writes what was observed, a batch in each commit.
    ///
    /// # Errors
    /// When some of it is not on disk. It is kept, and written with the next call.
    pub async fn write_observed(&self) -> Result<(), AuditError> {
        let (log, batch) = (self.clone(), Arc::clone(&self.waiting.batch).lock_owned().await);
        // Whoever waits for it may give up. The database may take the batch all the same, and must not be given it again.
        let write = tokio::spawn(async move { log.write_waiting(batch).await });
        write.await.unwrap_or(Err(AuditError::Interrupted))
    }

    async fn write_waiting(&self, mut batch: OwnedMutexGuard<Option<Batch>>) -> Result<(), AuditError> {
        loop {
            if batch.is_none() {
                *batch = self.waiting.next();
            }
            let Some((at, entries)) = &*batch else {
                return Ok(());
            };
            self.store.append_complete(entries, *at).await?;
            *batch = None;
            self.waiting.written();
        }
    }

    /// Writes down an event that must not be held up by the log: when the database does not take it now, it waits, and is
    /// written with what was observed.
    pub async fn note(&self, entry: Intent) {
        self.keep_observed(vec![entry]);
        if let Err(error) = self.in_time_of(self.write_observed()).await {
            tracing::error!(error = &error as &dyn std::error::Error, "an event is not in the audit log yet");
        }
    }

    /// The same for something that was refused: the same again from there within a minute is one event, so that nobody fills the
    /// disk by asking again and again.
    pub fn note_refusal(&self, entry: Intent) {
        if self.is_first(&(&entry.actor.subject, &entry.actor.peer, entry.action, &entry.changes)) {
            let log = self.clone();
            tokio::spawn(async move { log.note(entry).await });
        }
    }

    /// Whether the same was not refused within the last minute. From now on it was.
    pub(super) fn is_first(&self, refused: &impl Serialize) -> bool {
        let key = serde_json::to_string(refused).unwrap_or_default();
        let now = self.clock.monotonic();
        let is_first = !self.refused.contains(&key, now);
        if is_first {
            self.refused.insert(key, (), now, now + SAME_REFUSAL);
        }
        is_first
    }

    /// Commits an entry that is complete with this.
    ///
    /// # Errors
    /// When it is not certainly on disk.
    pub async fn record(&self, entry: &Intent) -> Result<(), AuditError> {
        let now = self.clock.now();
        self.in_time(self.store.append_complete(std::slice::from_ref(entry), now)).await
    }

    /// The observed entries that nobody has answered yet, the newest first, at most `limit`; and how many there are.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn open_observations(
        &self,
        sought: &OpenObservations,
        limit: u32,
    ) -> Result<(Vec<AuditEntry>, u64), AuditError> {
        Ok(self.store.open(sought, limit).await?)
    }

    /// What answered an observed entry: an acceptance, or the change that reverted it. `None` while it is open.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn answer_of(&self, observed: &AuditEntry) -> Result<Option<AuditEntry>, AuditError> {
        Ok(self.store.answer(observed).await?)
    }
}

#[cfg(test)]
#[path = "observed_test.rs"]
mod tests;
