//! Messages in PostgreSQL.

use async_trait::async_trait;
use tower_sessions::session::Id;

use super::PostgresStore;
use super::announcements::announce;
use crate::domain::shell::{Flash, Tone};
use crate::server::session_handle::{handle_of, hash};
use crate::server::storage::null_character::text;
use crate::server::storage::{Announcement, MessageStore, StorageError};

#[async_trait]
impl MessageStore for PostgresStore {
    async fn leave(&self, session: Id, flash: &Flash) -> Result<(), StorageError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("INSERT INTO messages (session_hash, tone, text, left_at) VALUES ($1, $2, $3, $4)")
            .bind(hash(session).to_vec())
            .bind(flash.tone.code())
            .bind(text(&flash.message))
            .bind(self.now())
            .execute(&mut *transaction)
            .await?;
        announce(&mut transaction, &Announcement::Message(handle_of(session))).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn take(&self, session: Id) -> Result<Vec<Flash>, StorageError> {
        let mut transaction = self.pool.begin().await?;
        let mut rows: Vec<(i64, String, String)> =
            sqlx::query_as("DELETE FROM messages WHERE session_hash = $1 RETURNING id, tone, text")
                .bind(hash(session).to_vec())
                .fetch_all(&mut *transaction)
                .await?;
        transaction.commit().await?;
        rows.sort_unstable();
        let shown =
            rows.into_iter().filter_map(|(_, tone, message)| Some(Flash { tone: Tone::from_code(&tone)?, message }));
        Ok(shown.collect())
    }

    async fn remove_old(&self) -> Result<(), StorageError> {
        let remove = sqlx::query("DELETE FROM messages WHERE left_at <= $1").bind(self.oldest());
        remove.execute(&self.pool).await?;
        Ok(())
    }
}
