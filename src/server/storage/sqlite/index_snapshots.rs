//! Snapshots of indexes in SQLite. The rules of the versions are told beside their tables.

use std::time::Duration;

use async_trait::async_trait;

use super::store::SqliteStore;
use crate::server::storage::rows::index_snapshots::{changed_one, read};
use crate::server::storage::{
    IndexSnapshotStore, LARGEST_CHUNK, ReadAgain, SnapshotFacts, SnapshotProblem, SnapshotSeal, SnapshotSink,
    SnapshotVersion, StorageError, name_of,
};

/// The versions of a connection that are neither current nor being written.
const SUPERSEDED: &str = "SELECT version FROM index_snapshots WHERE connection = ?1
     AND version < (SELECT max(version) FROM index_snapshots WHERE connection = ?1)
     AND version <> coalesce((SELECT max(version) FROM index_snapshots
         WHERE connection = ?1 AND checksum IS NOT NULL), 0)";
/// The pieces of the current version in their order. One statement reads one state of the database, whatever is written
/// meanwhile.
const READ: &str = "SELECT version, checksum, length, finished_at, data
     FROM index_snapshots LEFT JOIN index_snapshot_pieces USING (version)
     WHERE version = (SELECT max(version) FROM index_snapshots WHERE connection = ? AND checksum IS NOT NULL)
     ORDER BY number";
/// The rests between two steps: SQLite does not queue those who wait to write, so a writer that comes back at once
/// would keep them out.
const SHORTEST_REST: Duration = Duration::from_millis(2);
const LONGEST_REST: Duration = Duration::from_millis(500);

impl SqliteStore {
    /// Leaves the database to others for twice as long as the last step took.
    pub(super) async fn rest_after(&self, began: Duration) {
        let took = self.clock.monotonic().saturating_sub(began);
        tokio::time::sleep(took.saturating_mul(2).clamp(SHORTEST_REST, LONGEST_REST)).await;
    }

    /// Removes what is superseded, in small steps; what stays for now is removed the next time.
    async fn remove_superseded(&self, connection: &str) {
        let removed = self.remove_versions(connection, SUPERSEDED).await;
        if let Err(error) = removed {
            tracing::warn!(connection = name_of(connection), %error, "old snapshot not removed");
        }
    }

    /// Removes versions of a connection that nobody reads or writes: their pieces first, few at a time.
    async fn remove_versions(&self, connection: &str, versions: &'static str) -> Result<(), sqlx::Error> {
        let pieces = format!(
            "DELETE FROM index_snapshot_pieces WHERE rowid IN
                 (SELECT rowid FROM index_snapshot_pieces WHERE version IN ({versions}) LIMIT 8)"
        );
        self.in_steps(&pieces, connection).await?;
        let rows = format!("DELETE FROM index_snapshots WHERE version IN ({versions})");
        sqlx::query(sqlx::AssertSqlSafe(rows)).bind(connection).execute(&self.pool).await?;
        Ok(())
    }

    /// What all indexes are kept as of which there is anything.
    async fn kept_indexes(&self) -> Result<Vec<String>, sqlx::Error> {
        let known = sqlx::query_scalar(
            "SELECT connection FROM index_snapshots UNION SELECT connection FROM index_journal ORDER BY 1",
        );
        known.fetch_all(&self.pool).await
    }

    /// Removes everything that is kept of an index.
    async fn remove_index(&self, connection: &str) -> Result<(), sqlx::Error> {
        self.remove_journal(connection).await?;
        self.remove_versions(connection, "SELECT version FROM index_snapshots WHERE connection = ?1").await
    }

    /// Runs a statement about a connection again and again, with rests, until it changes nothing more.
    pub(super) async fn in_steps(&self, statement: &str, connection: &str) -> Result<(), sqlx::Error> {
        loop {
            let began = self.clock.monotonic();
            let step = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(connection).execute(&self.pool).await?;
            if step.rows_affected() == 0 {
                return Ok(());
            }
            self.rest_after(began).await;
        }
    }

    async fn connection_of(&self, version: SnapshotVersion) -> Result<String, sqlx::Error> {
        let connection = sqlx::query_scalar("SELECT connection FROM index_snapshots WHERE version = ?").bind(version.0);
        connection.fetch_one(&self.pool).await
    }
}

#[async_trait]
impl IndexSnapshotStore for SqliteStore {
    async fn begin(&self, connection: &str) -> Result<SnapshotVersion, StorageError> {
        let begun = sqlx::query("INSERT INTO index_snapshots (connection) VALUES (?)")
            .bind(connection)
            .execute(&self.pool)
            .await?;
        self.remove_superseded(connection).await;
        Ok(SnapshotVersion(begun.last_insert_rowid()))
    }

    async fn append(&self, version: SnapshotVersion, chunk: &[u8]) -> Result<(), StorageError> {
        if chunk.len() > LARGEST_CHUNK {
            return Err(StorageError::Snapshot(SnapshotProblem::TooLarge));
        }
        if chunk.is_empty() {
            return Ok(());
        }
        let began = self.clock.monotonic();
        let appended = sqlx::query(
            "WITH RECURSIVE
                 cuts (cut) AS (SELECT 0 UNION ALL SELECT cut + 1 FROM cuts WHERE (cut + 1) * 65536 < length(?2)),
                 next (number) AS (SELECT coalesce(max(number) + 1, 0) FROM index_snapshot_pieces WHERE version = ?1)
             INSERT INTO index_snapshot_pieces (version, number, data)
             SELECT ?1, next.number + cut, substr(?2, cut * 65536 + 1, 65536) FROM cuts, next
             WHERE EXISTS (SELECT 1 FROM index_snapshots AS own WHERE own.version = ?1 AND own.checksum IS NULL
                 AND own.version = (SELECT max(version) FROM index_snapshots WHERE connection = own.connection))",
        )
        .bind(version.0)
        .bind(chunk)
        .execute(&self.pool)
        .await?;
        self.rest_after(began).await;
        changed_one(appended.rows_affected())
    }

    async fn finish(&self, version: SnapshotVersion, seal: &SnapshotSeal) -> Result<(), StorageError> {
        let finished = sqlx::query(
            "UPDATE index_snapshots AS own SET checksum = ?2, length = ?3, finished_at = ?5, journal_until = max(?4,
                 coalesce((SELECT max(journal_until) FROM index_snapshots WHERE connection = own.connection), 0))
             WHERE version = ?1 AND checksum IS NULL
                 AND version = (SELECT max(version) FROM index_snapshots WHERE connection = own.connection)
                 AND ?3 = (SELECT coalesce(sum(length(data)), 0) FROM index_snapshot_pieces WHERE version = ?1)",
        )
        .bind(version.0)
        .bind(seal.checksum.as_slice())
        .bind(i64::try_from(seal.length).unwrap_or(i64::MAX))
        .bind(seal.journal_until.0)
        .bind(self.now())
        .execute(&self.pool)
        .await?;
        changed_one(finished.rows_affected())?;
        // It is current: whatever stays of the one before is no error.
        match self.connection_of(version).await {
            Ok(connection) => {
                self.remove_superseded(&connection).await;
                self.clear_journal(&connection).await;
            }
            Err(error) => tracing::warn!(%error, "old snapshot not removed"),
        }
        Ok(())
    }

    async fn read(&self, connection: &str, sink: &mut dyn SnapshotSink) -> Result<Option<SnapshotFacts>, StorageError> {
        read(sqlx::query_as(READ).bind(connection).fetch(&self.pool), sink).await
    }

    async fn tell_read_again(&self, _: &str, _: ReadAgain) -> Result<(), StorageError> {
        // There are no other replicas.
        Ok(())
    }

    async fn ask_to_refresh(&self, _: &str) -> Result<(), StorageError> {
        Ok(())
    }

    async fn keep_only(&self, names: &[&str]) -> Result<(), StorageError> {
        let known = self.kept_indexes().await?;
        for connection in known.iter().filter(|known| !names.contains(&name_of(known))) {
            self.remove_index(connection).await?;
        }
        Ok(())
    }

    async fn forget_others_of_its_name(&self, connection: &str) -> Result<(), StorageError> {
        let known = self.kept_indexes().await?;
        for other in known.iter().filter(|known| name_of(known) == name_of(connection) && *known != connection) {
            self.remove_index(other).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "index_snapshots_test.rs"]
mod tests;
