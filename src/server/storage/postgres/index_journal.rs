//! The journals of own changes in PostgreSQL.

use async_trait::async_trait;

use super::announcements::announce;
use super::{PostgresStore, lock};
use crate::server::storage::null_character::text;
use crate::server::storage::rows::index_journal::{JournalRow, entry};
use crate::server::storage::{Announcement, IndexJournal, JournalEntry, JournalPosition, StorageError};

/// What the lock is called under which a change is recorded.
const JOURNAL: &str = "journal of the index";

#[async_trait]
impl IndexJournal for PostgresStore {
    async fn record(&self, connection: &str, entry: &JournalEntry) -> Result<JournalPosition, StorageError> {
        let mut transaction = self.pool.begin().await?;
        // Positions are given in the order in which they can be seen.
        lock(&mut transaction, JOURNAL, connection).await?;
        let position = sqlx::query_scalar(
            "INSERT INTO index_journal (connection, object_kind, object_id, organisation_id, fields, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (connection, object_kind, object_id) DO UPDATE SET position = excluded.position,
                 organisation_id = excluded.organisation_id, fields = excluded.fields, changed_at = excluded.changed_at
             RETURNING position",
        )
        .bind(connection)
        .bind(entry.kind.code())
        .bind(text(&entry.id))
        .bind(entry.organisation_id.as_deref().map(text))
        .bind(serde_json::to_string(&entry.fields)?)
        .bind(entry.changed_at.unix_timestamp())
        .fetch_one(&mut *transaction)
        .await?;
        announce(&mut transaction, &Announcement::Change(connection.to_owned())).await?;
        transaction.commit().await?;
        Ok(JournalPosition(position))
    }

    async fn position(&self, connection: &str) -> Result<JournalPosition, StorageError> {
        let position = sqlx::query_scalar(
            "SELECT greatest((SELECT max(position) FROM index_journal WHERE connection = $1),
                 (SELECT max(journal_until) FROM index_snapshots WHERE connection = $1), 0)",
        )
        .bind(connection)
        .fetch_one(&self.pool)
        .await?;
        Ok(JournalPosition(position))
    }

    async fn journal(&self, connection: &str) -> Result<Vec<JournalEntry>, StorageError> {
        let rows: Vec<JournalRow> = sqlx::query_as(
            "SELECT object_kind, object_id, organisation_id, fields, changed_at, position FROM index_journal WHERE connection = $1
                 AND position > coalesce((SELECT max(journal_until) FROM index_snapshots WHERE connection = $1), 0)
             ORDER BY position",
        )
        .bind(connection)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().filter_map(entry).map(|(_, entry)| entry).collect())
    }

    async fn after(
        &self,
        connection: &str,
        position: JournalPosition,
    ) -> Result<Vec<(JournalPosition, JournalEntry)>, StorageError> {
        let rows: Vec<JournalRow> = sqlx::query_as(
            "SELECT object_kind, object_id, organisation_id, fields, changed_at, position FROM index_journal
             WHERE connection = $1 AND position > $2 ORDER BY position",
        )
        .bind(connection)
        .bind(position.0)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().filter_map(entry).collect())
    }
}
