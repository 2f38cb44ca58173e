//! Copies of a database: taken while a program writes to it, and made ready to take the place of another one.

use std::path::Path;
use std::sync::Arc;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _};
use time::OffsetDateTime;

use super::audit::SqliteAuditLog;
use super::size::free_beside;
use crate::domain::audit::Intent;
use crate::server::storage::{AuditStore as _, DatabaseError, Sealer, StorageError, TreeHead};

/// As much is left free where a copy is, in bytes: the database may be on the same disk, and is written to meanwhile.
const LEFT_FREE: u64 = 64 << 20;

/// Copies a database as it is at one moment into a file that is empty. Whoever writes to it is not held up; its WAL grows
/// until the copy is there, because it is read as it was.
///
/// # Errors
/// When it cannot be read, when there is no room for a copy, or when it cannot be written. The copy is not synced to disk.
pub async fn copy_database(from: &Path, to: &Path) -> Result<(), StorageError> {
    let options = SqliteConnectOptions::new().filename(from).read_only(true).create_if_missing(false);
    let mut database = options.connect().await?;
    let copied = async {
        has_room(&mut database, to).await?;
        // SQLite refuses what is no text, as it refuses a file that is not empty.
        sqlx::query("VACUUM INTO ?").bind(to.to_str()).execute(&mut database).await?;
        Ok(())
    };
    let copied = copied.await;
    database.close().await?;
    copied
}

/// Whether a copy fits where it is to be. One that fills the disk would stop what is written beside it, and fail at last.
async fn has_room(database: &mut SqliteConnection, to: &Path) -> Result<(), StorageError> {
    let bytes: i64 = sqlx::query_scalar(
        "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
    )
    .fetch_one(database)
    .await?;
    let needed = u64::try_from(bytes).unwrap_or_default() + LEFT_FREE;
    match free_beside(to) {
        Some(free) if free < needed => Err(StorageError::NoRoom { needed, free }),
        _ => Ok(()),
    }
}

/// Brings a copy that nobody else uses to the present schema.
///
/// # Errors
/// When it cannot be opened or migrated.
pub async fn prepare_copy(file: &Path) -> Result<(), DatabaseError> {
    let pool = open_alone(file).await?;
    let migrated = sqlx::migrate!("migrations/sqlite").run(&pool).await;
    pool.close().await;
    Ok(migrated?)
}

/// Adds the entry to the log of a copy that it goes on with, and ends all sessions: some may have ended since. The head with
/// the entry.
///
/// # Errors
/// When it is not on disk.
pub async fn continue_copy(
    file: &Path,
    sealer: Arc<dyn Sealer>,
    entry: Intent,
    at: OffsetDateTime,
) -> Result<TreeHead, StorageError> {
    let pool = open_alone(file).await?;
    let continued = async {
        let log = SqliteAuditLog::new(pool.clone(), sealer);
        log.append_complete(&[entry], at).await?;
        sqlx::query("DELETE FROM sessions").execute(&pool).await?;
        log.head().await
    };
    let continued = continued.await;
    pool.close().await;
    continued
}

/// Without a WAL, so that the file alone is all of it.
async fn open_alone(file: &Path) -> Result<SqlitePool, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(false)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Delete)
        .synchronous(SqliteSynchronous::Full);
    SqlitePoolOptions::new().max_connections(1).connect_with(options).await
}

#[cfg(test)]
mod tests {
    use std::fs::{File, OpenOptions};
    use std::io::Write as _;
    use std::os::unix::fs::FileExt as _;

    use super::*;

    /// Where the header of a database says how many pages it has.
    const PAGE_COUNT: u64 = 28;

    #[tokio::test]
    async fn a_copy_that_does_not_fit_is_not_begun() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from.db"), folder.path().join("to.db"));
        let mut database = SqliteConnectOptions::new().filename(&from).create_if_missing(true).connect().await.unwrap();
        sqlx::query("CREATE TABLE small (id INTEGER)").execute(&mut database).await.unwrap();
        database.close().await.unwrap();
        File::create(&to).unwrap().flush().unwrap();
        copy_database(&from, &to).await.unwrap();
        assert!(to.metadata().unwrap().len() > 0);
        // Twice as large as what is free, nearly all of it a hole.
        let pages = u32::try_from(2 * free_beside(&to).unwrap() / 4_096).unwrap();
        let file = OpenOptions::new().write(true).open(&from).unwrap();
        file.set_len(u64::from(pages) * 4_096).unwrap();
        file.write_all_at(&pages.to_be_bytes(), PAGE_COUNT).unwrap();
        File::create(&to).unwrap();
        let refused = copy_database(&from, &to).await;
        assert!(matches!(refused, Err(StorageError::NoRoom { .. })), "{refused:?}");
        assert_eq!(to.metadata().unwrap().len(), 0);
    }
}
