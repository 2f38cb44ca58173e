//! Messages in SQLite.

use async_trait::async_trait;
use tower_sessions::session::Id;

use super::store::SqliteStore;
use crate::domain::shell::{Flash, Tone};
use crate::server::session_handle::hash;
use crate::server::storage::{MessageStore, StorageError};

#[async_trait]
impl MessageStore for SqliteStore {
    async fn leave(&self, session: Id, flash: &Flash) -> Result<(), StorageError> {
        sqlx::query("INSERT INTO messages (session_hash, tone, text, left_at) VALUES (?, ?, ?, ?)")
            .bind(hash(session).to_vec())
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
                .bind(hash(session).to_vec())
                .fetch_all(&self.pool)
                .await?;
        let mut taken = Vec::new();
        for (id, tone, message) in rows {
            // Two pages may have read the same message: it is shown by the one that removes it.
            let removed = sqlx::query("DELETE FROM messages WHERE id = ?").bind(id).execute(&self.pool).await;
            match removed {
                Ok(removed) if removed.rows_affected() == 1 => {
                    taken.extend(Tone::from_code(&tone).map(|tone| Flash { tone, message }));
                }
                Ok(_) => {}
                // What was removed before is shown all the same.
                Err(_) if !taken.is_empty() => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(taken)
    }

    async fn remove_old(&self) -> Result<(), StorageError> {
        let remove = sqlx::query("DELETE FROM messages WHERE left_at <= ?").bind(self.oldest());
        remove.execute(&self.pool).await?;
        Ok(())
    }
}
