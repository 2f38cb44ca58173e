//! The audit log of a PostgreSQL database as a file of SQLite, which `audit verify` and `audit prove` read.

use std::path::Path;

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, QueryBuilder, Sqlite};

use super::TransferError;
use super::cell::{next_rows, push};
use super::tables::{HEAD, LOG, Table};
use crate::server::storage::postgres;

/// Copies the log as it is at one moment into a new file. Nobody who writes to it is held up.
///
/// # Errors
/// When it cannot be read, or the file cannot be written.
pub async fn log_to_file(url: &str, file: &Path) -> Result<(), TransferError> {
    let pool = postgres::connect_to_read(url).await?;
    let mut source = pool.acquire().await?;
    sqlx::query("START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(&mut *source).await?;
    let mut target = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        // Nobody else uses it, and it is of no worth until it is whole.
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .connect()
        .await?;
    sqlx::migrate!("migrations/sqlite").run(&mut target).await.map_err(super::super::DatabaseError::from)?;
    // What the triggers derive or refuse is in the rows already.
    let triggers: Vec<(String, String)> =
        sqlx::query_as("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetch_all(&mut target).await?;
    for (name, _) in &triggers {
        sqlx::query(AssertSqlSafe(format!("DROP TRIGGER {name}"))).execute(&mut target).await?;
    }
    sqlx::query("DELETE FROM audit_head").execute(&mut target).await?;
    for table in LOG.iter().chain([&HEAD]) {
        copy(&mut source, &mut target, table).await?;
    }
    let last_entry: i64 = sqlx::query_scalar("SELECT last_entry FROM audit_head").fetch_one(&mut *source).await?;
    sqlx::query("DELETE FROM sqlite_sequence WHERE name = 'audit_intents'").execute(&mut target).await?;
    let sequence = sqlx::query("INSERT INTO sqlite_sequence (name, seq) VALUES ('audit_intents', ?)");
    sequence.bind(last_entry).execute(&mut target).await?;
    for (_, definition) in &triggers {
        sqlx::query(AssertSqlSafe(definition.as_str())).execute(&mut target).await?;
    }
    target.close().await?;
    drop(source);
    pool.close().await;
    Ok(())
}

async fn copy(source: &mut PgConnection, target: &mut SqliteConnection, table: &Table) -> Result<(), TransferError> {
    let Table { name, order, .. } = table;
    let names = table.names();
    let select = format!("SELECT {names} FROM {name} ORDER BY {order}");
    let insert = format!("INSERT INTO {name} ({names}) ");
    let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(source);
    loop {
        let read = next_rows(&mut rows, table).await?;
        if read.is_empty() {
            return Ok(());
        }
        let mut query = QueryBuilder::<Sqlite>::new(&insert);
        query.push_values(read, |mut values, row| push(&mut values, row));
        query.build().execute(&mut *target).await?;
    }
}
