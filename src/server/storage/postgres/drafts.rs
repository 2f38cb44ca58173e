//! Drafts in PostgreSQL.

use async_trait::async_trait;

use super::PostgresStore;
use crate::domain::review::{Draft, FormTarget};
use crate::server::storage::null_character::text;
use crate::server::storage::rows::drafts::{MOST_DRAFTS, has_form_of, kept};
use crate::server::storage::{DraftStore, KeptDraft, StorageError};

#[async_trait]
impl DraftStore for PostgresStore {
    async fn keep(&self, subject: &str, draft: &Draft) -> Result<(), StorageError> {
        let data = serde_json::to_string(draft)?;
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "INSERT INTO drafts (subject, id, connection, object_kind, object_id, organisation_id, data, kept_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (subject, id) DO UPDATE SET data = excluded.data, kept_at = excluded.kept_at",
        )
        .bind(subject)
        .bind(text(&draft.id))
        .bind(text(&draft.connection))
        .bind(draft.kind.code())
        .bind(draft.object_id.as_deref().map(text))
        .bind(draft.organisation_id.as_deref().map(text))
        .bind(data)
        .bind(self.now())
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "DELETE FROM drafts WHERE subject = $1 AND id NOT IN
                 (SELECT id FROM drafts WHERE subject = $1 ORDER BY kept_at DESC, number DESC LIMIT $2)",
        )
        .bind(subject)
        .bind(i64::from(MOST_DRAFTS))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn find(&self, subject: &str, id: &str) -> Result<Option<Draft>, StorageError> {
        let data: Option<String> =
            sqlx::query_scalar("SELECT data FROM drafts WHERE subject = $1 AND id = $2 AND kept_at > $3")
                .bind(subject)
                .bind(text(id))
                .bind(self.oldest())
                .fetch_optional(&self.pool)
                .await?;
        // A draft of another version of the product may not be readable: then there is none.
        Ok(data.and_then(|data| serde_json::from_str(&data).ok()))
    }

    async fn list(&self, subject: &str) -> Result<Vec<KeptDraft>, StorageError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT data, kept_at FROM drafts WHERE subject = $1 AND kept_at > $2 ORDER BY kept_at DESC, number DESC",
        )
        .bind(subject)
        .bind(self.oldest())
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().filter_map(kept).collect())
    }

    async fn newest(&self, subject: &str, about: &FormTarget) -> Result<Option<KeptDraft>, StorageError> {
        let row: Option<(String, i64)> = sqlx::query_as(
            "SELECT data, kept_at FROM drafts WHERE subject = $1 AND kept_at > $2 AND connection = $3 AND object_kind = $4
                 AND object_id IS NOT DISTINCT FROM $5
                 AND organisation_id IS NOT DISTINCT FROM $6 ORDER BY kept_at DESC, number DESC LIMIT 1",
        )
        .bind(subject)
        .bind(self.oldest())
        .bind(text(&about.connection))
        .bind(about.kind.code())
        .bind(about.object_id.as_deref().map(text))
        .bind(about.organisation_id.as_deref().map(text))
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.and_then(kept))
    }

    async fn discard(&self, subject: &str, id: &str) -> Result<(), StorageError> {
        sqlx::query("DELETE FROM drafts WHERE subject = $1 AND id = $2")
            .bind(subject)
            .bind(text(id))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn discard_saved(&self, subject: &str, saved: &Draft) -> Result<(), StorageError> {
        let data: Option<String> = sqlx::query_scalar("SELECT data FROM drafts WHERE subject = $1 AND id = $2")
            .bind(subject)
            .bind(text(&saved.id))
            .fetch_optional(&self.pool)
            .await?;
        let Some(data) = data.filter(|data| has_form_of(data, saved)) else {
            return Ok(());
        };
        // Unless it was kept again meanwhile.
        sqlx::query("DELETE FROM drafts WHERE subject = $1 AND id = $2 AND data = $3")
            .bind(subject)
            .bind(text(&saved.id))
            .bind(data)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn remove_old(&self) -> Result<(), StorageError> {
        let remove = sqlx::query("DELETE FROM drafts WHERE kept_at <= $1").bind(self.oldest());
        remove.execute(&self.pool).await?;
        Ok(())
    }
}
