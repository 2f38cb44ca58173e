//! Copies of a database: taken while a program writes to it, and made ready to take the place of another one.

use std::path::Path;
use std::sync::Arc;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
use time::OffsetDateTime;

use super::audit::SqliteAuditLog;
use crate::domain::audit::Intent;
use crate::server::storage::{AuditStore as _, DatabaseError, Sealer, StorageError, TreeHead};

/// Copies a database as it is at one moment into a file that is empty. Whoever writes to it is not held up; its WAL grows
/// until the copy is there, because it is read as it was.
///
/// # Errors
/// When it cannot be read, or the copy cannot be written. The copy is not synced to disk.
pub async fn copy_database(from: &Path, to: &Path) -> Result<(), StorageError> {
    let options = SqliteConnectOptions::new().filename(from).read_only(true).create_if_missing(false);
    let mut database = options.connect().await?;
    // SQLite refuses what is no text, as it refuses a file that is not empty.
    let copied = sqlx::query("VACUUM INTO ?").bind(to.to_str()).execute(&mut database).await;
    database.close().await?;
    copied?;
    Ok(())
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
