//! The journals of own changes in SQLite.

use async_trait::async_trait;

use super::store::SqliteStore;
use crate::server::storage::rows::index_journal::{JournalRow, entry};
use crate::server::storage::{IndexJournal, JournalEntry, JournalPosition, StorageError, name_of};

impl SqliteStore {
    /// Removes the entries that the current snapshot includes. They are left out of the journal either way.
    pub(super) async fn clear_journal(&self, connection: &str) {
        let cleared = self
            .in_steps(
                "DELETE FROM index_journal WHERE position IN (SELECT position FROM index_journal WHERE connection = ?1
                     AND position <= (SELECT max(journal_until) FROM index_snapshots WHERE connection = ?1)
                     LIMIT 500)",
                connection,
            )
            .await;
        if let Err(error) = cleared {
            tracing::warn!(connection = name_of(connection), %error, "journal of the index not cleared");
        }
    }

    /// Removes all entries of a connection.
    pub(super) async fn remove_journal(&self, connection: &str) -> Result<(), sqlx::Error> {
        self.in_steps(
            "DELETE FROM index_journal WHERE position IN
                 (SELECT position FROM index_journal WHERE connection = ?1 LIMIT 500)",
            connection,
        )
        .await
    }
}

/// Takes the place of an earlier change of the same object; of a later one only where the last value is false.
const RECORD: &str = "INSERT OR REPLACE INTO index_journal
         (connection, object_kind, object_id, organisation_id, fields, changed_at)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT ?7 OR NOT EXISTS (
         SELECT 1 FROM index_journal
         WHERE connection = ?1 AND object_kind = ?2 AND object_id = ?3 AND changed_at >= ?6)";

impl SqliteStore {
    async fn write(&self, connection: &str, entry: &JournalEntry, is_late: bool) -> Result<i64, StorageError> {
        let written = sqlx::query(RECORD)
            .bind(connection)
            .bind(entry.kind.code())
            .bind(&entry.id)
            .bind(&entry.organisation_id)
            .bind(serde_json::to_string(&entry.fields)?)
            .bind(entry.changed_at.unix_timestamp())
            .bind(is_late)
            .execute(&self.pool)
            .await?;
        Ok(written.last_insert_rowid())
    }
}

#[async_trait]
impl IndexJournal for SqliteStore {
    async fn record(&self, connection: &str, entry: &JournalEntry) -> Result<JournalPosition, StorageError> {
        self.write(connection, entry, false).await.map(JournalPosition)
    }

    async fn record_late(&self, connection: &str, entry: &JournalEntry) -> Result<(), StorageError> {
        self.write(connection, entry, true).await.map(drop)
    }

    async fn position(&self, connection: &str) -> Result<JournalPosition, StorageError> {
        let position = sqlx::query_scalar(
            "SELECT max(coalesce((SELECT max(position) FROM index_journal WHERE connection = ?1), 0),
                 coalesce((SELECT max(journal_until) FROM index_snapshots WHERE connection = ?1), 0))",
        )
        .bind(connection)
        .fetch_one(&self.pool)
        .await?;
        Ok(JournalPosition(position))
    }

    async fn journal(&self, connection: &str) -> Result<Vec<JournalEntry>, StorageError> {
        let rows: Vec<JournalRow> = sqlx::query_as(
            "SELECT object_kind, object_id, organisation_id, fields, changed_at, position FROM index_journal WHERE connection = ?1
                 AND position > coalesce((SELECT max(journal_until) FROM index_snapshots WHERE connection = ?1), 0)
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
             WHERE connection = ? AND position > ? ORDER BY position",
        )
        .bind(connection)
        .bind(position.0)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().filter_map(entry).collect())
    }
}
