//! Submissions in PostgreSQL.

use async_trait::async_trait;

use super::PostgresStore;
use crate::server::storage::null_character::text;
use crate::server::storage::rows::submissions::{KEPT_FOR, SubmissionRow, columns_of};
use crate::server::storage::{StorageError, Submission, SubmissionState, SubmissionStore};

#[async_trait]
impl SubmissionStore for PostgresStore {
    async fn find(&self, subject: &str, form_id: &str) -> Result<Option<Submission>, StorageError> {
        let row: Option<SubmissionRow> = sqlx::query_as(
            "SELECT content_hash, state, object_id, draft_id, request_id FROM submissions
             WHERE subject = $1 AND form_id = $2",
        )
        .bind(subject)
        .bind(text(form_id))
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(Submission::from))
    }

    async fn begin(
        &self,
        subject: &str,
        form_id: &str,
        content_hash: &[u8],
        request_id: &str,
    ) -> Result<bool, StorageError> {
        let inserted = sqlx::query(
            "INSERT INTO submissions (subject, form_id, content_hash, request_id, state, submitted_at)
             VALUES ($1, $2, $3, $4, 'sending', $5) ON CONFLICT DO NOTHING",
        )
        .bind(subject)
        .bind(text(form_id))
        .bind(content_hash)
        .bind(request_id)
        .bind(self.now())
        .execute(&self.pool)
        .await?;
        Ok(inserted.rows_affected() == 1)
    }

    async fn end(&self, subject: &str, form_id: &str, state: &SubmissionState) -> Result<(), StorageError> {
        let (word, object_id, draft_id) = columns_of(state);
        sqlx::query(
            "UPDATE submissions SET state = $1, object_id = $2, draft_id = $3 WHERE subject = $4 AND form_id = $5",
        )
        .bind(word)
        .bind(object_id.map(text))
        .bind(draft_id)
        .bind(subject)
        .bind(text(form_id))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn release(&self, subject: &str, form_id: &str) -> Result<(), StorageError> {
        sqlx::query("DELETE FROM submissions WHERE subject = $1 AND form_id = $2")
            .bind(subject)
            .bind(text(form_id))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn remove_old(&self) -> Result<(), StorageError> {
        sqlx::query("DELETE FROM submissions WHERE submitted_at <= $1")
            .bind(self.now() - KEPT_FOR.whole_seconds())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
