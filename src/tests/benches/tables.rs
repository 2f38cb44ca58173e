//! The tables of a SQLite database, and how many rows they have.

use std::path::Path;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

/// A table: its name, how many rows it has, and the highest number of one; 0 where they have no numbers.
pub type Table = (String, i64, i64);

/// Opens a database that a dashboard uses, to read it beside.
pub async fn beside(database: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(database).read_only(true).connect().await.unwrap()
}

/// All tables, by their names.
pub async fn tables(connection: &mut SqliteConnection) -> Vec<Table> {
    let names = "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name";
    let names: Vec<(String, bool)> = sqlx::query_as(names).fetch_all(&mut *connection).await.unwrap();
    let mut tables = Vec::new();
    for (name, has_no_numbers) in names {
        let last = if has_no_numbers { "0" } else { "COALESCE(MAX(rowid), 0)" };
        let query = format!("SELECT COUNT(*), {last} FROM \"{name}\"");
        let query = sqlx::query_as(sqlx::AssertSqlSafe(query));
        let (rows, last) = query.fetch_one(&mut *connection).await.unwrap();
        tables.push((name, rows, last));
    }
    tables
}
