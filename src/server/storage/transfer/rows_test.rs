//! Every row of every table is the same after it was carried over, whatever its columns hold.

use std::path::Path;

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, QueryBuilder, Sqlite};

use super::cell::{Cell, next_rows, push};
use super::tables::{HEAD, Kind, LOG, OTHERS, Table};
use super::tests::{GIVEN_ANEW, filled};
use super::to_postgres;
use crate::server::storage::postgres::test_server::PostgresServer;

/// The tables whose rows come about by writing entries.
const WRITTEN: [&str; 4] = ["audit_leaves", "audit_intents", "audit_completions", "audit_resolutions"];
/// Rows of each other table: one with a value in every column, and two with none where there may be none.
const ROWS: usize = 3;

/// A value that no other cell of the column has.
fn cell(table: &Table, place: usize, row: usize) -> Cell {
    let (column, kind) = table.columns[place];
    let number = i64::try_from(1_000 * (place + 1) + row).unwrap();
    let text = match (table.name, column) {
        ("messages", "tone") => ["good", "warning", "bad"][row].to_owned(),
        ("submissions", "state") => ["sending", "created", "unknown"][row].to_owned(),
        (_, "root") => format!("{row:064x}"),
        (_, "data" | "hashes" | "fields" | "notification") => format!("{{\"{column}\": [{row}, \"é\", null]}}"),
        _ => format!("{}.{column} {row} 'é' \\ \u{1f511}", table.name),
    };
    match kind {
        // One row, and pieces of what is there.
        Kind::Number if column == "id" && is_single(table) => Cell::Number(Some(1)),
        Kind::Number if column == "height" => Cell::Number(Some([8, 16, 24][row])),
        Kind::Number if column == "version" => Cell::Number(Some(i64::try_from(row).unwrap() + 1)),
        Kind::Number => Cell::Number(Some(number)),
        Kind::Text => Cell::Text(Some(text)),
        Kind::Bytes => Cell::Bytes(Some((0..32).map(|byte| byte * 7 + u8::try_from(row).unwrap()).collect())),
        Kind::Flag => Cell::Flag(Some(row == 0)),
    }
}

fn is_single(table: &Table) -> bool {
    ["stream_progress", "configuration"].contains(&table.name)
}

fn none(kind: Kind) -> Cell {
    match kind {
        Kind::Number => Cell::Number(None),
        Kind::Text => Cell::Text(None),
        Kind::Bytes => Cell::Bytes(None),
        Kind::Flag => Cell::Flag(None),
    }
}

/// Puts rows into a table.
async fn fill(database: &mut SqliteConnection, table: &Table) {
    let needed = format!("SELECT name FROM pragma_table_info('{}') WHERE \"notnull\" OR pk", table.name);
    let needed: Vec<String> = sqlx::query_scalar(AssertSqlSafe(needed)).fetch_all(&mut *database).await.unwrap();
    // Not in the order of their values: that in which they were made is to stay.
    let rows = (0..if is_single(table) { 1 } else { ROWS }).rev().map(|row| {
        let cells = table.columns.iter().enumerate().map(|(place, (column, kind))| {
            let may_be_none = row > 0 && !needed.iter().any(|needed| needed == column);
            if may_be_none { none(*kind) } else { cell(table, place, row) }
        });
        cells.collect::<Vec<_>>()
    });
    let mut insert = QueryBuilder::<Sqlite>::new(format!("INSERT OR REPLACE INTO {} ({}) ", table.name, table.names()));
    insert.push_values(rows, |mut values, row| push(&mut values, row));
    insert.build().execute(database).await.unwrap_or_else(|error| panic!("{}: {error}", table.name));
}

fn selection(table: &Table) -> AssertSqlSafe<String> {
    let is_numbered = GIVEN_ANEW.iter().any(|(numbered, _)| *numbered == table.name);
    let first = if is_numbered { "id" } else { table.columns[0].0 };
    let second = table.columns.get(1).map_or(first, |(column, _)| column);
    AssertSqlSafe(format!("SELECT {} FROM {} ORDER BY {first}, {second}", table.names(), table.name))
}

async fn in_sqlite(database: &mut SqliteConnection, table: &Table) -> String {
    let rows = next_rows(&mut sqlx::query(selection(table)).fetch(database), table).await.unwrap();
    format!("{rows:#?}")
}

async fn in_postgresql(database: &mut PgConnection, table: &Table) -> String {
    let rows = next_rows(&mut sqlx::query(selection(table)).fetch(database), table).await.unwrap();
    format!("{rows:#?}")
}

async fn open(file: &Path) -> SqliteConnection {
    // The lists of the log speak of entries that are not there.
    SqliteConnectOptions::new().filename(file).foreign_keys(false).connect().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_every_table_is_as_it_was() {
    let (directory, server) = (tempfile::tempdir().unwrap(), PostgresServer::start());
    let (file, url) = (directory.path().join("from.db"), server.new_database().await);
    drop(filled(&file).await);
    let mut source = open(&file).await;
    for table in LOG.iter().filter(|table| !WRITTEN.contains(&table.name)).chain(&OTHERS) {
        fill(&mut source, table).await;
    }
    to_postgres(&file, &url).await.unwrap();
    let mut target = PgConnection::connect(&url).await.unwrap();
    for table in LOG.iter().chain([&HEAD]).chain(&OTHERS) {
        let before = in_sqlite(&mut source, table).await;
        assert!(before.len() > 50, "{} has rows: {before}", table.name);
        assert_eq!(before, in_postgresql(&mut target, table).await, "{}", table.name);
    }
}
