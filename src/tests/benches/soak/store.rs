//! The dashboard's database, from beside it: what is in it, and what goes wrong with it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tokio::time::sleep;

use crate::dashboard::Dashboard;
use crate::database::Database;
use crate::tables::{beside, tables};

/// What the connections from here are called, which are not to be cut.
const OURS: &str = "soak";

/// A database that a dashboard uses.
#[derive(Clone, Debug)]
pub enum Store {
    Sqlite(PathBuf),
    /// Its URL.
    Postgres(String),
}

impl Store {
    pub fn of(dashboard: &Dashboard) -> Self {
        match dashboard.database_kind() {
            Database::Sqlite => Self::Sqlite(dashboard.database()),
            Database::Postgres(url) => Self::Postgres(url.clone()),
        }
    }

    /// Opens it to read it.
    pub async fn reader(&self) -> Reader {
        match self {
            Self::Sqlite(path) => Reader::Sqlite(beside(path).await),
            Self::Postgres(url) => Reader::Postgres(connect(url).await),
        }
    }

    /// Lets nothing be written to the audit log for so long: somebody else holds what a writer needs.
    pub async fn lock(&self, held: Duration) {
        match self {
            Self::Sqlite(path) => {
                let mut connection = open(path).await;
                let lock = connection.begin_with("BEGIN IMMEDIATE").await.unwrap();
                sleep(held).await;
                lock.rollback().await.unwrap();
            }
            Self::Postgres(url) => {
                let mut connection = connect(url).await;
                let mut lock = connection.begin().await.unwrap();
                sqlx::query("LOCK TABLE audit_head IN ACCESS EXCLUSIVE MODE").execute(&mut *lock).await.unwrap();
                sleep(held).await;
                lock.rollback().await.unwrap();
            }
        }
    }

    /// Cuts the connections by which the dashboard reads and writes, as a network does. A file has none. That by which it holds its
    /// locks is spared: a dashboard that has lost them ends, and is started again by its service manager. How many there were.
    pub async fn cut(&self) -> i64 {
        match self {
            Self::Sqlite(_) => 0,
            Self::Postgres(url) => {
                let mut connection = connect(url).await;
                let others = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                     WHERE datname = current_database() AND application_name <> $1 \
                     AND application_name NOT LIKE 'partner-dashboard replica %'";
                sqlx::query_scalar(others).bind(OURS).fetch_one(&mut connection).await.unwrap()
            }
        }
    }
}

async fn open(file: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(file).connect().await.unwrap()
}

async fn connect(url: &str) -> PgConnection {
    url.parse::<PgConnectOptions>().unwrap().application_name(OURS).connect().await.unwrap()
}

/// Somebody who counts rows beside the dashboard.
pub enum Reader {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Reader {
    /// How many rows each table has, by its name.
    pub async fn rows(&mut self) -> Vec<(String, i64)> {
        match self {
            Self::Sqlite(connection) => {
                tables(connection).await.into_iter().map(|(name, rows, _)| (name, rows)).collect()
            }
            Self::Postgres(connection) => {
                let names = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
                let names: Vec<String> = sqlx::query_scalar(names).fetch_all(&mut *connection).await.unwrap();
                let mut rows = Vec::new();
                for name in names {
                    let count = AssertSqlSafe(format!("SELECT count(*) FROM \"{name}\""));
                    rows.push((name, sqlx::query_scalar(count).fetch_one(&mut *connection).await.unwrap()));
                }
                rows
            }
        }
    }
}
