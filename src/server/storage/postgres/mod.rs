//! PostgreSQL: the pool with its safety settings, and what several replicas keep in it.
//!
//! A statement that gives rows and writes is in a transaction whose commit is looked at: by itself, it would give its rows
//! before it is committed, and an error of that would come after them, where nobody looks.

// Its macro is for those that come after it.
#[macro_use]
mod held_lock;

mod announcements;
mod audit;
mod checks;
mod configuration;
mod drafts;
mod holder;
mod index_journal;
mod index_snapshots;
mod messages;
mod notifications;
mod one_time;
mod pool;
mod replica;
mod restored;
mod saved_views;
mod sessions;
mod size;
mod submissions;

use std::sync::Arc;

use sqlx::Postgres;
use sqlx::postgres::{PgConnection, PgPool};

use self::audit::PostgresAuditLog;
use super::messages::RecentMessages;
use super::null_character::text;
use super::saved_views::RecentSavedViews;
use super::store::{SessionTable, Store};
use super::{AuditStore, DatabaseError, Sealer, SessionLimits, Sessions, Stores, Writer};
use crate::server::clock::Clock;

pub(super) use announcements::PostgresAnnouncements;
pub(super) use audit::find_all_entries;
pub use holder::Leadership;
pub(super) use pool::{ask, connect, connect_to_read, is_socket, is_url, open};
pub use replica::{Alone, Replica};
pub use restored::RestoredDatabase;

/// What is kept in PostgreSQL, but for the audit log and sessions.
type PostgresStore = Store<Postgres>;
/// Sessions in PostgreSQL.
type PostgresSessions = SessionTable<Postgres>;

/// The audit log of a database, for a program that only adds to it.
pub(super) fn log(pool: PgPool, sealer: Arc<dyn Sealer>) -> Arc<dyn AuditStore> {
    Arc::new(PostgresAuditLog::new(pool, sealer))
}

/// All stores on a migrated database.
pub(super) async fn stores(
    pool: &PgPool,
    clock: &Arc<dyn Clock>,
    limits: SessionLimits,
    sealer: Arc<dyn Sealer>,
) -> Result<Stores, DatabaseError> {
    let audit = PostgresAuditLog::new(pool.clone(), sealer);
    audit.begin().await.map_err(DatabaseError::AuditLog)?;
    let sessions = PostgresSessions::new(pool.clone(), Arc::clone(clock), limits);
    let store = Arc::new(PostgresStore::new(pool.clone(), Arc::clone(clock)));
    let messages = RecentMessages::new(PostgresStore::new(pool.clone(), Arc::clone(clock)), Arc::clone(clock));
    let saved_views = RecentSavedViews::new(PostgresStore::new(pool.clone(), Arc::clone(clock)), Arc::clone(clock));
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
        one_time: Some(store.clone()),
        size: store,
        saved_views: Arc::new(saved_views),
    })
}

/// Waits until no other transaction has this lock, which ends with the transaction. `what` and `name` say what it is about.
async fn lock(transaction: &mut PgConnection, what: &str, name: &str) -> Result<(), sqlx::Error> {
    let lock = sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0))");
    lock.bind(what).bind(text(name)).execute(transaction).await.map(drop)
}

#[cfg(test)]
mod announcements_test;
#[cfg(test)]
mod conformance_test;
#[cfg(test)]
pub(crate) mod test_server;
