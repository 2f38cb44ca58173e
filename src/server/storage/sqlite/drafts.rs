//! Drafts in SQLite.

use async_trait::async_trait;

use super::store::SqliteStore;
use crate::domain::review::{Draft, FormTarget};
use crate::server::storage::rows::drafts::{MOST_DRAFTS, has_form_of, kept};
use crate::server::storage::{DraftStore, KeptDraft, StorageError};

#[async_trait]
impl DraftStore for SqliteStore {
    async fn keep(&self, subject: &str, draft: &Draft) -> Result<(), StorageError> {
        let data = serde_json::to_string(draft)?;
        sqlx::query(
            "INSERT INTO drafts (subject, id, connection, object_kind, object_id, organisation_id, data, kept_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (subject, id) DO UPDATE SET data = excluded.data, kept_at = excluded.kept_at",
        )
        .bind(subject)
        .bind(&draft.id)
        .bind(&draft.connection)
        .bind(draft.kind.code())
        .bind(&draft.object_id)
        .bind(&draft.organisation_id)
        .bind(data)
        .bind(self.now())
        .execute(&self.pool)
        .await?;
        // Not one transaction with the insert: see the note in `mod.rs`.
        sqlx::query(
            "DELETE FROM drafts WHERE subject = ?1 AND id NOT IN
                 (SELECT id FROM drafts WHERE subject = ?1 ORDER BY kept_at DESC, rowid DESC LIMIT ?2)",
        )
        .bind(subject)
        .bind(MOST_DRAFTS)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn find(&self, subject: &str, id: &str) -> Result<Option<Draft>, StorageError> {
        let data: Option<String> =
            sqlx::query_scalar("SELECT data FROM drafts WHERE subject = ? AND id = ? AND kept_at > ?")
                .bind(subject)
                .bind(id)
                .bind(self.oldest())
                .fetch_optional(&self.pool)
                .await?;
        // A draft of another version of the product may not be readable: then there is none.
        Ok(data.and_then(|data| serde_json::from_str(&data).ok()))
    }

    async fn list(&self, subject: &str) -> Result<Vec<KeptDraft>, StorageError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT data, kept_at FROM drafts WHERE subject = ? AND kept_at > ? ORDER BY kept_at DESC, rowid DESC",
        )
        .bind(subject)
        .bind(self.oldest())
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().filter_map(kept).collect())
    }

    async fn newest(&self, subject: &str, about: &FormTarget) -> Result<Option<KeptDraft>, StorageError> {
        let row: Option<(String, i64)> = sqlx::query_as(
            "SELECT data, kept_at FROM drafts WHERE subject = ? AND kept_at > ? AND connection = ? AND object_kind = ?
                 AND object_id IS ? AND organisation_id IS ? ORDER BY kept_at DESC, rowid DESC LIMIT 1",
        )
        .bind(subject)
        .bind(self.oldest())
        .bind(&about.connection)
        .bind(about.kind.code())
        .bind(&about.object_id)
        .bind(&about.organisation_id)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.and_then(kept))
    }

    async fn discard(&self, subject: &str, id: &str) -> Result<(), StorageError> {
        sqlx::query("DELETE FROM drafts WHERE subject = ? AND id = ?")
            .bind(subject)
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn discard_saved(&self, subject: &str, saved: &Draft) -> Result<(), StorageError> {
        let data: Option<String> = sqlx::query_scalar("SELECT data FROM drafts WHERE subject = ? AND id = ?")
            .bind(subject)
            .bind(&saved.id)
            .fetch_optional(&self.pool)
            .await?;
        let Some(data) = data.filter(|data| has_form_of(data, saved)) else {
            return Ok(());
        };
        // Unless it was kept again meanwhile.
        sqlx::query("DELETE FROM drafts WHERE subject = ? AND id = ? AND data = ?")
            .bind(subject)
            .bind(&saved.id)
            .bind(data)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn remove_old(&self) -> Result<(), StorageError> {
        let remove = sqlx::query("DELETE FROM drafts WHERE kept_at <= ?").bind(self.oldest());
        remove.execute(&self.pool).await?;
        Ok(())
    }
}
