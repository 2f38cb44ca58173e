//! What a replica adds to the log while it may lose its locks.

use std::sync::Arc;

use time::OffsetDateTime;

use super::super::PostgresAuditLog;
use crate::domain::audit::{Action, Actor, Intent, Target};
use crate::server::storage::postgres::test_server::PostgresServer;
use crate::server::storage::{AuditStore as _, NumberingSealer, Replica, StorageError, postgres};

#[tokio::test]
async fn a_replica_that_loses_its_locks_while_it_waits_for_its_turn_adds_nothing() {
    let server = PostgresServer::start();
    let url = server.new_database().await;
    let pool = postgres::open(&url).await.unwrap();
    let log = PostgresAuditLog::new(pool.clone(), Arc::new(NumberingSealer));
    log.begin().await.unwrap();
    let replica = Replica::join(&url, "key").await.unwrap();
    log.only_while(replica.process());
    let intent = Intent::event(Action::SignIn, Actor::nobody("Ada"), Target::of_dashboard(None), "r-1");
    assert_eq!(log.append_intent(&intent, OffsetDateTime::UNIX_EPOCH).await.unwrap(), 1);

    let mut turn = pool.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM audit_head FOR UPDATE").execute(&mut *turn).await.unwrap();
    let waiting = tokio::spawn({
        let log = log.clone();
        async move { log.append_intent(&intent, OffsetDateTime::UNIX_EPOCH).await }
    });
    let until = async |statement: &'static str| {
        while !sqlx::query_scalar::<_, bool>(statement).bind(replica.process()).fetch_one(&pool).await.unwrap() {}
    };
    until("SELECT count(*) > 0 AND $1 > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'").await;
    sqlx::query("SELECT pg_terminate_backend($1)").bind(replica.process()).execute(&pool).await.unwrap();
    until("SELECT count(*) = 0 FROM pg_locks WHERE pid = $1").await;
    turn.rollback().await.unwrap();
    assert!(matches!(waiting.await.unwrap(), Err(StorageError::NotAmongReplicas)));
}
