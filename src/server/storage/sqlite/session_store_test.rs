//! What only the table can show: the bearers of sessions are never on disk, and no session that is over is.

use std::sync::Arc;

use sqlx::sqlite::SqlitePool;
use tower_sessions::SessionStore as _;

use crate::server::clock::{Clock, ManualClock};
use crate::server::storage::conformance::{Fresh, LIMITS, NOW};
use crate::server::storage::{NumberingSealer, sqlite};

async fn fresh() -> (Fresh, SqlitePool) {
    let directory = tempfile::tempdir().unwrap();
    let pool = sqlite::open(&format!("sqlite:{}", directory.path().join("sessions.db").display())).await.unwrap();
    let clock = Arc::new(ManualClock::new(NOW));
    let told: Arc<dyn Clock> = clock.clone();
    let stores = sqlite::stores(&pool, &told, LIMITS, Arc::new(NumberingSealer)).await.unwrap();
    (Fresh::new(stores, clock, directory), pool)
}

#[tokio::test]
async fn the_bearer_of_a_session_is_not_in_the_database() {
    let (fresh, pool) = fresh().await;
    let record = fresh.begin("ada", None).await;
    let stored: Vec<u8> = sqlx::query_scalar("SELECT id_hash FROM sessions").fetch_one(&pool).await.unwrap();
    assert_ne!(stored, record.id.0.to_be_bytes());
    assert_eq!(stored.len(), 32);
}

#[tokio::test]
async fn a_session_that_is_over_is_not_in_the_database() {
    let (fresh, pool) = fresh().await;
    let record = fresh.begin("ada", None).await;
    fresh.clock.advance(std::time::Duration::from_mins(30));
    assert!(fresh.stores.sessions.load(&record.id).await.unwrap().is_none());
    fresh.stores.sessions.remove_old().await.unwrap();
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM sessions").fetch_one(&pool).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_session_that_is_removed_is_named_though_something_else_cannot_be_removed() {
    let (fresh, pool) = fresh().await;
    fresh.begin("ada", None).await;
    fresh.clock.advance(std::time::Duration::from_mins(30));
    for statement in [
        "INSERT INTO drafts VALUES ('ada', 'old', 'sandbox', 'organisation', NULL, NULL, '{}', 0)",
        "CREATE TRIGGER refuses BEFORE DELETE ON drafts BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END",
    ] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    let (ended, removed) = fresh.stores.remove_old().await;
    assert_eq!(ended.len(), 1);
    assert!(removed.is_err());
}
