//! From an SQLite database to a PostgreSQL one that is empty, in one transaction.

use std::path::Path;

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Postgres, QueryBuilder};

use super::TransferError;
use super::cell::{Cell, next_rows, push};
use super::tables::{HEAD, LOG, OTHERS, Table};
use crate::server::storage::null_character::{self, has_null, storable};
use crate::server::storage::{StorageError, postgres};

/// Columns that PostgreSQL gives numbers to, each with the last one that is in use. A snapshot names the last entry of the journal
/// that it includes: the next one comes behind that, though none may be left.
const NUMBERED: [(&str, &str, &str); 3] = [
    ("saved_views", "id", "SELECT max(id) FROM saved_views"),
    ("index_snapshots", "version", "SELECT max(version) FROM index_snapshots"),
    (
        "index_journal",
        "position",
        "SELECT greatest((SELECT max(position) FROM index_journal), (SELECT max(journal_until) FROM index_snapshots))",
    ),
];
/// The number of the last entry: one is never used again, also when its entry was pruned.
const LAST_ENTRY: &str = "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit_intents'), 0),
     coalesce((SELECT max(id) FROM audit_intents), 0))";

/// Carries everything over; how many records the log has.
///
/// # Errors
/// When that is not certainly done: then the PostgreSQL database is as it was.
pub async fn to_postgres(file: &Path, url: &str) -> Result<u64, TransferError> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true).create_if_missing(false);
    let mut source = options.connect().await?;
    // All of it as it is at one moment.
    sqlx::query("BEGIN").execute(&mut source).await?;
    let is_older: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM audit_earlier_records)")
        .fetch_one(&mut source)
        .await
        .map_err(|_| TransferError::Older)?;
    if is_older {
        return Err(TransferError::Older);
    }
    let pool = postgres::open(url).await?;
    let mut transaction = pool.begin().await?;
    let size = fill(&mut source, &mut transaction).await?;
    transaction.commit().await?;
    source.close().await?;
    pool.close().await;
    Ok(size)
}

async fn fill(source: &mut SqliteConnection, target: &mut PgConnection) -> Result<u64, TransferError> {
    let size: i64 = sqlx::query_scalar("SELECT size FROM audit_head FOR UPDATE").fetch_one(&mut *target).await?;
    if size > 0 {
        return Err(TransferError::NotEmpty);
    }
    let tables = || LOG.iter().chain([&HEAD]).chain(&OTHERS);
    for table in tables() {
        // What the triggers derive or refuse is in the rows already.
        let statement = format!("ALTER TABLE {0} DISABLE TRIGGER USER; DELETE FROM {0}", table.name);
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *target).await?;
    }
    for table in tables() {
        copy(source, target, table).await?;
    }
    let last_entry: i64 = sqlx::query_scalar(LAST_ENTRY).fetch_one(&mut *source).await?;
    sqlx::query("UPDATE audit_head SET last_entry = $1").bind(last_entry).execute(&mut *target).await?;
    for (table, column, last) in NUMBERED {
        let statement =
            format!("SELECT setval(pg_get_serial_sequence('{table}', '{column}'), coalesce(({last}), 0) + 1, false)");
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *target).await?;
    }
    postgres::find_all_entries(target).await?;
    for table in tables() {
        let statement = format!("ALTER TABLE {} ENABLE TRIGGER USER", table.name);
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *target).await?;
    }
    let size: i64 = sqlx::query_scalar("SELECT size FROM audit_head").fetch_one(&mut *target).await?;
    Ok(size.unsigned_abs())
}

async fn copy(source: &mut SqliteConnection, target: &mut PgConnection, table: &Table) -> Result<(), TransferError> {
    let Table { name, order, .. } = table;
    let names = table.names();
    let select = format!("SELECT {names} FROM {name} ORDER BY {order}");
    let insert = format!("INSERT INTO {name} ({names}) OVERRIDING SYSTEM VALUE ");
    let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(source);
    loop {
        let mut read = next_rows(&mut rows, table).await?;
        if read.is_empty() {
            return Ok(());
        }
        for row in &mut read {
            without_null(row, table)?;
        }
        let mut query = QueryBuilder::<Postgres>::new(&insert);
        query.push_values(read, |mut values, row| push(&mut values, row));
        query.build().execute(&mut *target).await.map_err(StorageError::from)?;
    }
}

/// PostgreSQL has no room for U+0000. A record must stay as it is; of anything else, it is replaced.
fn without_null(row: &mut [Cell], table: &Table) -> Result<(), TransferError> {
    for cell in row {
        let Cell::Text(Some(text)) = cell else { continue };
        // In JSON it is written as an escape, which PostgreSQL refuses when it reads the value.
        let json = text.contains("\\u0000").then(|| serde_json::from_str(text).ok()).flatten();
        let json = json.filter(has_null);
        if !text.contains('\0') && json.is_none() {
            continue;
        }
        if table.name.starts_with("audit_") {
            return Err(TransferError::NullCharacter { table: table.name });
        }
        *text = match json {
            Some(json) => storable(&json).to_string(),
            None => null_character::text(text).into_owned(),
        };
    }
    Ok(())
}
