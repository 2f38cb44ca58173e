//! What only the tables can show: what is too old is removed from the disk, and what a newer version made is not touched.

use std::sync::Arc;

use super::*;
use crate::domain::shell::{Flash, Tone};
use tower_sessions::session::Id;

use crate::server::clock::{Clock, ManualClock};
use crate::server::storage::conformance::NOW;
use crate::server::storage::conformance::drafts::draft;
use crate::server::storage::{
    DatabaseError, DraftStore, MessageStore, NumberingSealer, SessionLimits, SubmissionState, SubmissionStore, sqlite,
};

#[tokio::test]
async fn what_is_too_old_is_not_on_the_disk() {
    let directory = tempfile::tempdir().unwrap();
    let pool = sqlite::open(&format!("sqlite:{}", directory.path().join("kept.db").display())).await.unwrap();
    let clock = Arc::new(ManualClock::new(NOW));
    let told: Arc<dyn Clock> = clock.clone();
    let store = SqliteStore::new(pool.clone(), Arc::clone(&told));
    store.keep("ada", &draft("d-1", None, "x")).await.unwrap();
    store.leave(Id::default(), &Flash { tone: Tone::Good, message: "x".to_owned() }).await.unwrap();
    assert!(store.begin("ada", "f-1", b"x", "r-1").await.unwrap());
    store.end("ada", "f-1", &SubmissionState::Created { object_id: "o-1".to_owned() }).await.unwrap();
    clock.advance(std::time::Duration::from_hours(24));
    let count = async |table: &str| {
        let count = format!("SELECT count(*) FROM {table}");
        sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(count)).fetch_one(&pool).await.unwrap()
    };
    let stores = sqlite::stores(&pool, &told, SessionLimits::default(), Arc::new(NumberingSealer)).await.unwrap();
    stores.remove_old().await.1.unwrap();
    assert_eq!((count("drafts").await, count("messages").await, count("submissions").await), (0, 0, 1));
    clock.advance(std::time::Duration::from_hours(29 * 24));
    stores.remove_old().await.1.unwrap();
    assert_eq!(count("submissions").await, 0);
}

#[tokio::test]
async fn a_database_that_a_newer_version_has_migrated_is_named_as_such() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("newer.db").display());
    let pool = sqlite::open(&url).await.unwrap();
    let recorded = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', true, '', 0)";
    sqlx::query(recorded).execute(&pool).await.unwrap();
    pool.close().await;
    assert!(matches!(sqlite::open(&url).await, Err(DatabaseError::Newer { migration: 9999 })));
}
