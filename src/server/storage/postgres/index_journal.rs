//! The journals of own changes in PostgreSQL.

use async_trait::async_trait;

use super::announcements::announce;
use super::{PostgresStore, lock};
use crate::server::storage::null_character::text;
use crate::server::storage::rows::index_journal::{JournalRow, entry};
use crate::server::storage::{Announcement, IndexJournal, JournalEntry, JournalPosition, StorageError, name_of};

/// What the lock is called under which a change is recorded.
const JOURNAL: &str = "journal of the index";

impl PostgresStore {
    /// Records a change, and tells the other replicas. `None` where it is late and the journal has a later one.
    async fn write(
        &self,
        connection: &str,
        entry: &JournalEntry,
        is_late: bool,
    ) -> Result<Option<JournalPosition>, StorageError> {
        let mut transaction = self.pool.begin().await?;
        // Positions are given in the order in which they can be seen.
        lock(&mut transaction, JOURNAL, connection).await?;
        let position = sqlx::query_scalar(
            "INSERT INTO index_journal AS journal
                 (connection, object_kind, object_id, organisation_id, fields, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (connection, object_kind, object_id) DO UPDATE SET position = excluded.position,
                 organisation_id = excluded.organisation_id, fields = excluded.fields, changed_at = excluded.changed_at
             WHERE NOT $7 OR journal.changed_at < excluded.changed_at
             RETURNING position",
        )
        .bind(connection)
        .bind(entry.kind.code())
        .bind(text(&entry.id))
        .bind(entry.organisation_id.as_deref().map(text))
        .bind(serde_json::to_string(&entry.fields)?)
        .bind(entry.changed_at.unix_timestamp())
        .bind(is_late)
        .fetch_optional(&mut *transaction)
        .await?;
        announce(&mut transaction, &Announcement::Change(name_of(connection).to_owned())).await?;
        transaction.commit().await?;
        Ok(position.map(JournalPosition))
    }
}

#[async_trait]
impl IndexJournal for PostgresStore {
    async fn record(&self, connection: &str, entry: &JournalEntry) -> Result<JournalPosition, StorageError> {
        Ok(self.write(connection, entry, false).await?.ok_or(sqlx::Error::RowNotFound)?)
    }

    async fn record_late(&self, connection: &str, entry: &JournalEntry) -> Result<(), StorageError> {
        self.write(connection, entry, true).await.map(drop)
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
