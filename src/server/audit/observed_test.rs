//! What was observed, on a real SQLite file: batches, and a database that does not take them.

use std::sync::Arc;

use sqlx::sqlite::SqlitePool;
use time::OffsetDateTime;
use time::macros::datetime;

use super::*;
use crate::domain::audit::{Action, Actor, AuditFilter, ObservedIn, Place, Sighting, Target};
use crate::domain::connection::Environment;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::server::audit::sealer;
use crate::server::clock::{Clock, SystemClock};
use crate::server::storage::{self, SessionLimits};

const THEN: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);

async fn log() -> (AuditLog, SqlitePool, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("audit.db").display());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let stores = storage::open(&url, &clock, SessionLimits::default(), sealer()).await.unwrap();
    (AuditLog::new(stores.audit, clock), SqlitePool::connect(&url).await.unwrap(), directory)
}

fn observed(connection: &str, count: usize) -> Vec<Intent> {
    let here = ObservedIn { connection, environment: Environment::Sandbox };
    let values = FieldValues::default();
    let entry = |number| {
        let id = format!("o-{number}");
        here.object((ObjectKind::Organisation, &id, &id), None, None, Some(&values), THEN).unwrap()
    };
    (0..count).map(entry).collect()
}

async fn total(log: &AuditLog) -> u64 {
    log.list(&AuditFilter::default(), Place::Newest, 1).await.unwrap().count.number
}

#[tokio::test]
async fn many_entries_are_written_in_their_order_and_none_waits_after() {
    let (log, _pool, _directory) = log().await;
    log.keep_observed(observed("sandbox", 250));
    log.keep_observed(observed("production", 1));
    log.write_observed().await.unwrap();
    log.write_observed().await.unwrap();
    let page = log.list(&AuditFilter::default(), Place::Newest, 300).await.unwrap();
    assert_eq!(page.count.number, 251);
    let names: Vec<_> = page.items.iter().rev().map(|entry| entry.intent.target.name.clone()).collect();
    assert_eq!((names[0].as_str(), names[249].as_str(), names[250].as_str()), ("o-0", "o-249", "o-0"));
}

#[tokio::test]
async fn every_session_that_ended_over_a_weekend_is_recorded_and_so_are_many_changes_beside() {
    let (log, _pool, _directory) = log().await;
    let ended = Intent::event(Action::SessionEnded, Actor::nobody("Ada"), Target::of_dashboard(None), "");
    log.keep_observed(observed("sandbox", 10));
    log.keep_observed(vec![ended; 2_500]);
    log.write_observed().await.unwrap();
    assert_eq!(log.store.after(&AuditFilter::default(), 0, 10_000).await.unwrap().len(), 2_510);
}

#[tokio::test]
async fn what_the_database_does_not_take_is_written_when_it_does() {
    let (log, pool, _directory) = log().await;
    sqlx::query("CREATE TRIGGER full BEFORE INSERT ON audit_intents BEGIN SELECT RAISE(ABORT, 'full'); END")
        .execute(&pool)
        .await
        .unwrap();
    log.keep_observed(observed("sandbox", 150));
    assert!(log.write_observed().await.is_err());
    assert!(log.write_observed().await.is_err());
    sqlx::query("DROP TRIGGER full").execute(&pool).await.unwrap();
    log.write_observed().await.unwrap();
    assert_eq!(total(&log).await, 150, "none is lost and none is written twice");
}

#[tokio::test]
async fn an_event_that_the_database_takes_late_is_in_the_log_once_though_nobody_waited_for_it() {
    let (log, pool, _directory) = log().await;
    let log = log.with_deadline(Duration::from_millis(50));
    let mut other = pool.acquire().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *other).await.unwrap();
    log.note(observed("sandbox", 1).remove(0)).await;
    assert_eq!((total(&log).await, log.observed_waiting()), (0, 1));
    sqlx::query("COMMIT").execute(&mut *other).await.unwrap();
    let written = async {
        while log.observed_waiting() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), written).await.expect("the database takes it");
    log.write_observed().await.unwrap();
    assert_eq!(total(&log).await, 1);
}

#[tokio::test]
async fn more_than_can_wait_become_one_entry_for_each_connection() {
    let (log, _pool, _directory) = log().await;
    log.keep_observed(observed("sandbox", 1_500));
    log.keep_observed(observed("production", 1_500));
    log.write_observed().await.unwrap();
    let page = log.list(&AuditFilter::default(), Place::Newest, 10).await.unwrap();
    assert_eq!(page.count.number, 2);
    for entry in page.items {
        let Some(Sighting::Many { count, .. }) = entry.intent.observation.map(|observation| observation.sighting)
        else {
            panic!("many")
        };
        assert_eq!(count, 1_500);
    }
}
