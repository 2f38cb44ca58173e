//! Writing the log: begin, complete, and what happens when a completion cannot be written.

use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::SqlitePool;
use time::OffsetDateTime;
use tokio::sync::Mutex;

use crate::domain::audit::{Completion, Intent};
use crate::domain::moment;
use crate::server::clock::Clock;

/// How long a write may take before the change is refused. A hanging disk must not hang everybody.
const WRITE_DEADLINE: Duration = Duration::from_secs(2);

/// Why the log could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The database said no.
    #[error("the audit log could not be written or read")]
    Database(#[from] sqlx::Error),
    /// The database did not answer in time.
    #[error("the audit log did not answer in time")]
    TimedOut,
    /// A row does not hold what it should.
    #[error("audit entry {id} cannot be read: {what}")]
    Corrupt {
        /// The entry's number.
        id: i64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Earlier completions are still waiting to be written; until they are, nothing new begins.
    #[error("{count} earlier completions are not on disk yet")]
    Behind {
        /// How many.
        count: usize,
    },
}

/// An entry whose intent is on disk and whose completion is not.
#[derive(Debug)]
#[must_use = "an intent without a completion is an entry whose outcome nobody knows"]
pub struct OpenEntry {
    /// The entry's number.
    pub id: i64,
    /// When the intent was committed.
    pub intended_at: OffsetDateTime,
}

/// The log on one database.
#[derive(Clone, Debug)]
pub struct AuditLog {
    pub(super) pool: SqlitePool,
    clock: Arc<dyn Clock>,
    unwritten: Arc<Mutex<Vec<(i64, OffsetDateTime, Completion)>>>,
}

impl AuditLog {
    /// A log on a migrated database.
    pub fn new(pool: SqlitePool, clock: Arc<dyn Clock>) -> Self {
        Self { pool, clock, unwritten: Arc::default() }
    }

    /// Commits an intent. Only when this returns `Ok` may the partner be called.
    ///
    /// # Errors
    /// When the intent is not certainly on disk, or when an earlier completion still is not.
    pub async fn begin(&self, intent: &Intent) -> Result<OpenEntry, AuditError> {
        self.catch_up().await?;
        let intended_at = self.clock.now();
        let id = within_deadline(self.insert_intent(intent, intended_at)).await?;
        Ok(OpenEntry { id, intended_at })
    }

    /// Commits what came of an entry. When that fails, the completion is kept in memory and
    /// written before the next entry begins: the change itself cannot be undone any more.
    ///
    /// # Errors
    /// When the completion is not on disk yet.
    pub async fn complete(&self, entry: OpenEntry, completion: Completion) -> Result<(), AuditError> {
        let completed_at = self.clock.now();
        let written = within_deadline(self.insert_completion(entry.id, completed_at, &completion)).await;
        if written.is_err() {
            self.unwritten.lock().await.push((entry.id, completed_at, completion));
        }
        written
    }

    /// How many completions wait to be written.
    pub async fn unwritten(&self) -> usize {
        self.unwritten.lock().await.len()
    }

    /// Writes the completions that wait to be written.
    ///
    /// # Errors
    /// When one of them still is not on disk.
    pub async fn catch_up(&self) -> Result<(), AuditError> {
        let mut unwritten = self.unwritten.lock().await;
        while let Some((id, completed_at, completion)) = unwritten.last() {
            if within_deadline(self.insert_completion(*id, *completed_at, completion)).await.is_err() {
                return Err(AuditError::Behind { count: unwritten.len() });
            }
            unwritten.pop();
        }
        Ok(())
    }

    async fn insert_intent(&self, intent: &Intent, intended_at: OffsetDateTime) -> Result<i64, sqlx::Error> {
        let Intent { actor, action, target, changes, request_id } = intent;
        let encode = |error| sqlx::Error::Encode(Box::new(error));
        sqlx::query_scalar(
            "INSERT INTO audit_intents (intended_at, actor_subject, actor_name, actor_email, actor_role,
                 actor_groups, peer, request_id, action, connection, environment, object_kind, object_id,
                 object_name, organisation_id, changes)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        )
        .bind(moment::machine(intended_at))
        .bind(&actor.subject)
        .bind(&actor.name)
        .bind(&actor.email)
        .bind(&actor.role)
        .bind(serde_json::to_string(&actor.groups).map_err(encode)?)
        .bind(&actor.peer)
        .bind(request_id)
        .bind(action.code())
        .bind(&target.connection)
        .bind(target.environment.word())
        .bind(target.kind.code())
        .bind(&target.id)
        .bind(&target.name)
        .bind(&target.organisation_id)
        .bind(serde_json::to_string(changes).map_err(encode)?)
        .fetch_one(&self.pool)
        .await
    }

    async fn insert_completion(
        &self,
        intent_id: i64,
        completed_at: OffsetDateTime,
        completion: &Completion,
    ) -> Result<(), sqlx::Error> {
        // A write that ran into the deadline may have been committed after all: writing it again is no error.
        sqlx::query(
            "INSERT INTO audit_completions (intent_id, completed_at, outcome, http_status,
                 partner_request_id, object_id, detail, duration_ms)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (intent_id) DO NOTHING",
        )
        .bind(intent_id)
        .bind(moment::machine(completed_at))
        .bind(completion.outcome.code())
        .bind(completion.http_status)
        .bind(&completion.partner_request_id)
        .bind(&completion.object_id)
        .bind(&completion.detail)
        .bind(completion.duration_ms)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

async fn within_deadline<T>(write: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, AuditError> {
    match tokio::time::timeout(WRITE_DEADLINE, write).await {
        Ok(result) => Ok(result?),
        Err(_) => Err(AuditError::TimedOut),
    }
}

#[cfg(test)]
#[path = "log_test.rs"]
mod tests;
