//! SQLite: the pool with its safety settings, and what is kept in it.
//!
//! No statement that writes uses `RETURNING`: SQLite gives its row before the commit, whose error would be lost.
//! There are no transactions of sqlx either: when a `COMMIT` fails on a full disk, SQLite has rolled back by itself, the
//! `ROLLBACK` of sqlx 0.9 fails, and sqlx goes on counting one transaction too many on that connection. Its next failure
//! leaves the write lock taken until the program ends. One statement is one commit.

mod audit;
mod checks;
mod configuration;
mod copy;
mod drafts;
mod file;
mod index_journal;
mod index_snapshots;
mod messages;
mod notifications;
mod pool;
mod saved_views;
mod session_store;
mod size;
mod store;
mod submissions;

use std::sync::Arc;

use sqlx::sqlite::SqlitePool;

use self::audit::SqliteAuditLog;
use self::store::{SqliteSessionStore, SqliteStore};
use super::messages::RecentMessages;
use super::saved_views::RecentSavedViews;
use super::{AuditStore, DatabaseError, Sealer, SessionLimits, Sessions, Stores, Writer};
use crate::server::clock::Clock;

pub use audit::{
    BatchLeaf, ExpectedSchema, FileAccess, LeafReader, LogBeginning, LogEnd, LogReader, LogTables, expected_schema,
};
pub use copy::{continue_copy, copy_database, prepare_copy};
pub use file::restoring;
pub(super) use pool::{connect, file_of, open};

/// The audit log of a database, for a program that only adds to it.
pub(super) fn log(pool: SqlitePool, sealer: Arc<dyn Sealer>) -> Arc<dyn AuditStore> {
    Arc::new(SqliteAuditLog::new(pool, sealer))
}

/// All stores on a migrated database.
pub(super) async fn stores(
    pool: &SqlitePool,
    clock: &Arc<dyn Clock>,
    limits: SessionLimits,
    sealer: Arc<dyn Sealer>,
) -> Result<Stores, DatabaseError> {
    let audit = SqliteAuditLog::new(pool.clone(), sealer);
    audit.begin().await.map_err(DatabaseError::AuditLog)?;
    let sessions = SqliteSessionStore::new(pool.clone(), Arc::clone(clock), limits);
    let store = Arc::new(SqliteStore::new(pool.clone(), Arc::clone(clock)));
    let messages = RecentMessages::new(SqliteStore::new(pool.clone(), Arc::clone(clock)), Arc::clone(clock));
    let saved_views = RecentSavedViews::new(SqliteStore::new(pool.clone(), Arc::clone(clock)), Arc::clone(clock));
    Ok(Stores {
        writer: Writer::default(),
        connections: Arc::new(pool.clone()),
        audit: Arc::new(audit),
        sessions: Sessions::new(Arc::new(sessions), Arc::clone(clock)),
        checks: store.clone(),
        drafts: store.clone(),
        notifications: store.clone(),
        messages: Arc::new(messages),
        submissions: store.clone(),
        index_snapshots: store.clone(),
        configuration: store.clone(),
        index_journal: store.clone(),
        one_time: None,
        size: store,
        saved_views: Arc::new(saved_views),
    })
}

#[cfg(test)]
mod conformance_test;
