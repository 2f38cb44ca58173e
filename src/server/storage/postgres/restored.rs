//! A database that was put back from an earlier moment, before anybody uses it.

use std::sync::Arc;

use sqlx::postgres::PgPool;
use time::OffsetDateTime;

use super::audit::PostgresAuditLog;
use super::open;
use crate::domain::audit::Intent;
use crate::server::storage::{AuditStore as _, DatabaseError, Sealer, StorageError, TreeHead};

/// A database on a PostgreSQL server that was put back.
#[derive(Debug)]
pub struct RestoredDatabase {
    pool: PgPool,
}

impl RestoredDatabase {
    /// Opens it, and brings it to the present schema.
    ///
    /// # Errors
    /// When that cannot be done.
    pub async fn open(url: &str) -> Result<Self, DatabaseError> {
        Ok(Self { pool: open(url).await? })
    }

    /// Ends all sessions, some of which may have ended since, with all that waits for them. Then adds the entry to the log that it
    /// goes on with, while this process of the server keeps all others away. The head with the entry.
    ///
    /// # Errors
    /// When the entry is not known to be on disk. Sessions may have ended all the same.
    pub async fn continue_log(
        self,
        sealer: Arc<dyn Sealer>,
        entry: Intent,
        at: OffsetDateTime,
        alone: i32,
    ) -> Result<TreeHead, StorageError> {
        let mut transaction = self.pool.begin().await?;
        for statement in ["DELETE FROM sessions", "DELETE FROM one_time_values"] {
            sqlx::query(statement).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        let log = PostgresAuditLog::new(self.pool.clone(), Arc::clone(&sealer));
        log.only_while(alone);
        log.append_complete(&[entry], at).await?;
        // What was signed last is on disk now: to ask for it could fail.
        let head = match sealer.last() {
            Some(head) => Ok(head),
            None => log.head().await,
        };
        self.pool.close().await;
        head
    }
}
