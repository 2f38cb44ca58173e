//! Messages in SQLite.

use async_trait::async_trait;
use tower_sessions::session::Id;

use super::store::{SqliteStore, hash};
use crate::domain::shell::{Flash, Tone};
use crate::server::storage::{MessageStore, StorageError};

#[async_trait]
impl MessageStore for SqliteStore {
    async fn leave(&self, session: Id, flash: &Flash) -> Result<(), StorageError> {
        sqlx::query("INSERT INTO messages (session_hash, tone, text, left_at) VALUES (?, ?, ?, ?)")
            .bind(hash(session))
            .bind(flash.tone.code())
            .bind(&flash.message)
            .bind(self.now())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn take(&self, session: Id) -> Result<Vec<Flash>, StorageError> {
        let rows: Vec<(i64, String, String)> =
            sqlx::query_as("SELECT id, tone, text FROM messages WHERE session_hash = ? ORDER BY id")
                .bind(hash(session))
                .fetch_all(&self.pool)
                .await?;
        let Some((last, ..)) = rows.last() else {
            return Ok(Vec::new());
        };
        sqlx::query("DELETE FROM messages WHERE session_hash = ? AND id <= ?")
            .bind(hash(session))
            .bind(last)
            .execute(&self.pool)
            .await?;
        let message =
            |(_, tone, words): (i64, String, String)| Some(Flash { tone: Tone::from_code(&tone)?, message: words });
        Ok(rows.into_iter().filter_map(message).collect())
    }
}
