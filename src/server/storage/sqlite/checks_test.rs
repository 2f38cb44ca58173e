//! What a database of before kept of checks is gone on with after its migration.

use std::sync::Arc;

use time::macros::datetime;

use super::*;
use crate::server::clock::{Clock, ManualClock};
use crate::server::storage::sqlite::pool;

/// The last version that kept neither how long a connection was watched nor since when it is in its state.
const BEFORE: i64 = 20;

#[tokio::test]
async fn the_states_of_connections_are_told_from_the_checks_of_before() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("before.db").display());
    let before = pool::connect(&url, true).await.unwrap();
    sqlx::migrate!("migrations/sqlite").run_to(BEFORE, &before).await.unwrap();
    let at = |minute: i64| datetime!(2026-11-20 12:00 UTC) + Duration::minutes(minute);
    let states = [("a", 0, "works"), ("a", 1, "failing"), ("a", 2, "failing"), ("b", 0, "failing"), ("b", 1, "works")];
    for (connection, minute, state) in states {
        sqlx::query(
            "INSERT INTO connection_checks (connection, at, state, stage, detail, duration_ms, is_from_memory)
             VALUES (?, ?, ?, 'probe', 'x', 1, 0)",
        )
        .bind(connection)
        .bind(milliseconds(at(minute)))
        .bind(state)
        .execute(&before)
        .await
        .unwrap();
    }
    before.close().await;
    let pool = pool::open(&url).await.unwrap();
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(at(3)));
    let store = SqliteStore::new(pool, clock);
    for (connection, since, success) in [("a", 1, 0), ("b", 1, 1)] {
        let kept = store.kept(connection).await.unwrap();
        assert_eq!((kept.since, kept.last_success_at), (Some(at(since)), Some(at(success))), "{connection}");
        let days = store.days(connection).await.unwrap();
        assert_eq!(days.iter().map(|day| (day.watched_ms, day.checks > 0)).collect::<Vec<_>>(), [(0, true)]);
    }
}
