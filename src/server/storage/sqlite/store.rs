//! The stores on one SQLite database.

use sqlx::Sqlite;

use crate::server::storage::store::{SessionTable, Store};

/// What is kept in SQLite, but for the audit log and sessions.
pub(super) type SqliteStore = Store<Sqlite>;
/// Sessions in SQLite.
pub(super) type SqliteSessionStore = SessionTable<Sqlite>;

#[cfg(test)]
#[path = "store_test.rs"]
mod tests;
