//! What is added to the log while a replica may lose its locks, and while the server ends a transaction.

use super::super::test_log::{AT, TestLog, intent};
use crate::domain::audit::{Action, Completion, Outcome};
use crate::server::storage::{AuditStore as _, Replica, StorageError};

#[tokio::test]
async fn a_replica_that_loses_its_locks_while_it_waits_for_its_turn_adds_nothing() {
    let TestLog { server: _server, url, pool, log } = TestLog::begin().await;
    let replica = Replica::join(&url, "key").await.unwrap();
    log.only_while(replica.process());
    let intent = intent(Action::SignIn);
    assert_eq!(log.append_intent(&intent, AT).await.unwrap(), 1);

    let mut turn = pool.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM audit_head FOR UPDATE").execute(&mut *turn).await.unwrap();
    let waiting = tokio::spawn({
        let log = log.clone();
        async move { log.append_intent(&intent, AT).await }
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

#[tokio::test]
async fn a_completion_that_the_server_rolls_back_is_not_taken_for_written() {
    let TestLog { server: _server, pool, log, .. } = TestLog::begin().await;
    let id = log.append_intent(&intent(Action::Update), AT).await.unwrap();
    let completion = Completion {
        outcome: Outcome::Applied,
        http_status: Some(200),
        partner_request_id: None,
        object_id: None,
        detail: None,
        duration_ms: 1,
    };
    // Whatever the transaction reads after its last write fails: no table is found any more.
    sqlx::raw_sql(
        "CREATE FUNCTION lose_tables() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN PERFORM set_config('search_path', 'nowhere', true); RETURN NULL; END $$;
         CREATE TRIGGER lose_tables AFTER UPDATE ON audit_head EXECUTE FUNCTION lose_tables()",
    )
    .execute(&pool)
    .await
    .unwrap();
    assert!(matches!(log.append_completion(id, AT, &completion).await, Err(StorageError::Database(_))));
    sqlx::raw_sql("DROP TRIGGER lose_tables ON audit_head").execute(&pool).await.unwrap();
    assert!(log.entry(id).await.unwrap().unwrap().completion.is_none());
    log.append_completion(id, AT, &completion).await.unwrap();
    assert_eq!(log.entry(id).await.unwrap().unwrap().completion, Some(completion));
}
