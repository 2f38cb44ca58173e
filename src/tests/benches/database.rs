//! The databases that a dashboard can keep its data in, to measure it on each.

use std::path::Path;
use std::process::Command;

use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use crate::support::postgres_server::PostgresServer;

/// What seals what one replica hands on to another.
const SEALING_KEY: &str = "canary-sealing-key-of-32-characters-or-more";

/// Where a dashboard keeps its data.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file beside the configuration.
    Sqlite,
    /// A database on a server, by its URL.
    Postgres(String),
}

impl Database {
    /// One of each, both new.
    pub async fn both(server: &PostgresServer) -> [Self; 2] {
        [Self::Sqlite, Self::Postgres(server.new_database().await)]
    }

    /// Another one of the same kind, new.
    pub async fn another(&self, server: &PostgresServer) -> Self {
        match self {
            Self::Sqlite => Self::Sqlite,
            Self::Postgres(_) => {
                let url = server.new_database().await;
                // Otherwise the start would also wait until the new database is written to the disk.
                let mut connection = PgConnection::connect(&url).await.unwrap();
                sqlx::query("CHECKPOINT").execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
                Self::Postgres(url)
            }
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Makes a command use it. `directory` is where the configuration lies, which names SQLite.
    pub fn give_to(&self, command: &mut Command, directory: &Path) {
        if let Self::Postgres(url) = self {
            command.env("PARTNER_DASHBOARD_DATABASE", url);
            command.env("PARTNER_DASHBOARD_AUDIT__SIGNING_KEY_FILE", directory.join("key.pem"));
            command.env("PARTNER_DASHBOARD_SEALING_KEY", SEALING_KEY);
        }
    }
}
