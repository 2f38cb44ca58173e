//! Snapshots of indexes in PostgreSQL. The rules of the versions are told beside their tables.

use async_trait::async_trait;
use sqlx::postgres::PgConnection;

use super::announcements::announce;
use super::holder::LEADER;
use super::{PostgresStore, lock};
use crate::server::storage::rows::index_snapshots::{changed_one, read};
use crate::server::storage::{
    Announcement, IndexSnapshotStore, LARGEST_CHUNK, ReadAgain, SnapshotFacts, SnapshotProblem, SnapshotSeal,
    SnapshotSink, SnapshotVersion, StorageError, name_of,
};

/// What the lock is called under which versions of a connection's snapshot are begun, written to and finished.
const SNAPSHOT: &str = "snapshot of the index";
/// The versions of a connection that are neither current nor being written.
const SUPERSEDED: &str = "version < (SELECT max(version) FROM index_snapshots WHERE connection = $1)
     AND version <> coalesce((SELECT max(version) FROM index_snapshots
         WHERE connection = $1 AND checksum IS NOT NULL), 0)";
/// The pieces of the current version in their order. One statement reads one state of the database, whatever is written
/// meanwhile.
const READ: &str = "SELECT version, checksum, length, finished_at, data
     FROM index_snapshots LEFT JOIN index_snapshot_pieces USING (version)
     WHERE version = (SELECT max(version) FROM index_snapshots WHERE connection = $1 AND checksum IS NOT NULL)
     ORDER BY number";
/// Makes a version current: the newest one, with all of its pieces. A replica does that only while its process of the server has the
/// lock of the one that leads.
const FINISH: &str = concat!(
    "UPDATE index_snapshots AS own SET checksum = $2, length = $3, finished_at = $5, journal_until = greatest($4,
         (SELECT max(journal_until) FROM index_snapshots WHERE connection = own.connection))
     WHERE version = $1 AND checksum IS NULL
         AND version = (SELECT max(version) FROM index_snapshots WHERE connection = own.connection)
         AND $3 = (SELECT coalesce(sum(length(data)), 0) FROM index_snapshot_pieces WHERE version = $1)
         AND ($6::int IS NULL OR EXISTS (SELECT 1 FROM pg_locks WHERE pid = $6 AND ",
    is_held_lock!("$7"),
    "))"
);

/// Removes versions of a connection, with their pieces.
async fn remove_versions(
    database: &mut PgConnection,
    connection: &str,
    versions: &'static str,
) -> Result<(), sqlx::Error> {
    for statement in [
        format!(
            "DELETE FROM index_snapshot_pieces
             WHERE version IN (SELECT version FROM index_snapshots WHERE connection = $1 AND {versions})"
        ),
        format!("DELETE FROM index_snapshots WHERE connection = $1 AND {versions}"),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).bind(connection).execute(&mut *database).await?;
    }
    Ok(())
}

impl PostgresStore {
    /// The connection whose snapshot a version is of; `None` where it is none any more.
    async fn connection_of(&self, version: SnapshotVersion) -> Result<Option<String>, sqlx::Error> {
        let connection =
            sqlx::query_scalar("SELECT connection FROM index_snapshots WHERE version = $1").bind(version.0);
        connection.fetch_optional(&self.pool).await
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
        let mut transaction = self.pool.begin().await?;
        remove_versions(&mut transaction, connection, "true").await?;
        let journal = sqlx::query("DELETE FROM index_journal WHERE connection = $1").bind(connection);
        journal.execute(&mut *transaction).await?;
        transaction.commit().await
    }

    /// Removes what the current version supersedes: former ones, and the entries of the journal that it includes.
    async fn remove_superseded(&self, connection: &str) {
        let removed = async {
            let mut transaction = self.pool.begin().await?;
            remove_versions(&mut transaction, connection, SUPERSEDED).await?;
            sqlx::query(
                "DELETE FROM index_journal WHERE connection = $1
                     AND position <= (SELECT max(journal_until) FROM index_snapshots WHERE connection = $1)",
            )
            .bind(connection)
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await
        };
        if let Err(error) = removed.await {
            tracing::warn!(connection = name_of(connection), %error, "old snapshot not removed");
        }
    }
}

#[async_trait]
impl IndexSnapshotStore for PostgresStore {
    fn only_while_it_leads(&self, process: i32) {
        self.replica.join(process);
    }

    async fn begin(&self, connection: &str) -> Result<SnapshotVersion, StorageError> {
        let mut transaction = self.pool.begin().await?;
        // Numbers are given in the order in which they can be seen.
        lock(&mut transaction, SNAPSHOT, connection).await?;
        let version = sqlx::query_scalar("INSERT INTO index_snapshots (connection) VALUES ($1) RETURNING version")
            .bind(connection)
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit().await?;
        self.remove_superseded(connection).await;
        Ok(SnapshotVersion(version))
    }

    async fn append(&self, version: SnapshotVersion, chunk: &[u8]) -> Result<(), StorageError> {
        if chunk.len() > LARGEST_CHUNK {
            return Err(StorageError::Snapshot(SnapshotProblem::TooLarge));
        }
        if chunk.is_empty() {
            return Ok(());
        }
        let Some(connection) = self.connection_of(version).await? else {
            return changed_one(0);
        };
        let mut transaction = self.pool.begin().await?;
        lock(&mut transaction, SNAPSHOT, &connection).await?;
        let appended = sqlx::query(
            "INSERT INTO index_snapshot_pieces (version, number, data)
             SELECT $1, next.number + cut, substring($2::bytea FROM cut * 65536 + 1 FOR 65536)
             FROM generate_series(0, (length($2::bytea) - 1) / 65536) AS cut,
                 (SELECT coalesce(max(number) + 1, 0) AS number FROM index_snapshot_pieces WHERE version = $1) AS next
             WHERE EXISTS (SELECT 1 FROM index_snapshots AS own WHERE own.version = $1 AND own.checksum IS NULL
                 AND own.version = (SELECT max(version) FROM index_snapshots WHERE connection = own.connection))",
        )
        .bind(version.0)
        .bind(chunk)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        changed_one(appended.rows_affected())
    }

    async fn finish(&self, version: SnapshotVersion, seal: &SnapshotSeal) -> Result<(), StorageError> {
        let Some(connection) = self.connection_of(version).await? else {
            return changed_one(0);
        };
        let mut transaction = self.pool.begin().await?;
        lock(&mut transaction, SNAPSHOT, &connection).await?;
        let finished = sqlx::query(FINISH)
            .bind(version.0)
            .bind(seal.checksum.as_slice())
            .bind(i64::try_from(seal.length).unwrap_or(i64::MAX))
            .bind(seal.journal_until.0)
            .bind(self.now())
            .bind(self.replica.process())
            .bind(LEADER)
            .execute(&mut *transaction)
            .await?;
        announce(&mut transaction, &Announcement::Snapshot(name_of(&connection).to_owned())).await?;
        transaction.commit().await?;
        changed_one(finished.rows_affected())?;
        // It is current: whatever stays of the one before is no error.
        self.remove_superseded(&connection).await;
        Ok(())
    }

    async fn read(&self, connection: &str, sink: &mut dyn SnapshotSink) -> Result<Option<SnapshotFacts>, StorageError> {
        read(sqlx::query_as(READ).bind(connection).fetch(&self.pool), sink).await
    }

    async fn tell_read_again(&self, connection: &str, read: ReadAgain) -> Result<(), StorageError> {
        let mut database = self.pool.acquire().await?;
        Ok(announce(&mut database, &Announcement::ReadAgain(name_of(connection).to_owned(), read)).await?)
    }

    async fn ask_to_refresh(&self, connection: &str) -> Result<(), StorageError> {
        let mut database = self.pool.acquire().await?;
        Ok(announce(&mut database, &Announcement::Refresh(name_of(connection).to_owned())).await?)
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
