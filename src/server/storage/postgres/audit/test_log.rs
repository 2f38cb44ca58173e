//! A log in a database of its own, for the tests of this folder.

use std::sync::Arc;

use sqlx::postgres::PgPool;
use time::OffsetDateTime;

use super::PostgresAuditLog;
use crate::domain::audit::{Action, Actor, Intent, Target};
use crate::server::storage::postgres::test_server::PostgresServer;
use crate::server::storage::{NumberingSealer, postgres};

/// When everything happens in these tests.
pub(super) const AT: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

/// A log that has begun, on a server that ends with it.
pub(super) struct TestLog {
    pub(super) server: PostgresServer,
    pub(super) url: String,
    pub(super) pool: PgPool,
    pub(super) log: PostgresAuditLog,
}

impl TestLog {
    pub(super) async fn begin() -> Self {
        let server = PostgresServer::start();
        let url = server.new_database().await;
        let pool = postgres::open(&url).await.unwrap();
        let log = PostgresAuditLog::new(pool.clone(), Arc::new(NumberingSealer));
        log.begin().await.unwrap();
        Self { server, url, pool, log }
    }
}

/// What somebody is about to do.
pub(super) fn intent(action: Action) -> Intent {
    Intent::event(action, Actor::nobody("Ada"), Target::of_dashboard(None), "r-1")
}
