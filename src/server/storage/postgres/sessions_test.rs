//! Sessions while the server keeps nothing for certain.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tower_sessions::SessionStore as _;
use tower_sessions::session::{Id, Record};

use super::super::test_server::PostgresServer;
use super::super::{PostgresSessions, open};
use crate::server::clock::ManualClock;
use crate::server::storage::SessionLimits;

#[tokio::test]
async fn a_session_is_found_and_its_use_noted_while_commits_wait_for_a_standby_that_is_away() {
    let server = PostgresServer::start();
    let pool = open(&server.new_database().await).await.unwrap();
    let clock = Arc::new(ManualClock::new(time::OffsetDateTime::UNIX_EPOCH));
    let sessions = PostgresSessions::new(pool.clone(), clock.clone(), SessionLimits::default());
    let mut record = Record { id: Id::default(), data: HashMap::new(), expiry_date: time::OffsetDateTime::UNIX_EPOCH };
    sessions.create(&mut record).await.unwrap();
    for statement in ["ALTER SYSTEM SET synchronous_standby_names = 'away'", "SELECT pg_reload_conf()"] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    let waits = "SELECT current_setting('synchronous_standby_names')";
    while sqlx::query_scalar::<_, String>(waits).fetch_one(&pool).await.unwrap() != "away" {}
    clock.advance(Duration::from_mins(5));
    let found = tokio::time::timeout(Duration::from_secs(20), sessions.load(&record.id)).await;
    assert!(found.expect("nobody waits for the standby").unwrap().is_some());
    let used: i64 = sqlx::query_scalar("SELECT last_used_at FROM sessions").fetch_one(&pool).await.unwrap();
    assert_eq!(used, 300);
}
