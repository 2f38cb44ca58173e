//! Sessions end by being idle, by age, by their owner or by the provider; their bearers are never on disk.

use std::collections::HashMap;

use serde_json::json;
use time::OffsetDateTime;
use time::macros::datetime;

use super::*;
use crate::server::clock::ManualClock;

const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);

struct Kept {
    store: SqliteSessionStore,
    clock: Arc<ManualClock>,
    _directory: tempfile::TempDir,
}

async fn kept() -> Kept {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("sessions.db").display());
    let clock = Arc::new(ManualClock::new(NOW));
    let pool = crate::server::storage::open(&url).await.unwrap();
    let store = SqliteSessionStore::new(pool, Arc::clone(&clock) as Arc<dyn Clock>, SessionLimits::default());
    Kept { store, clock, _directory: directory }
}

impl Kept {
    async fn begin(&self, subject: &str, provider_session: Option<&str>) -> Record {
        let owner = json!({"subject": subject, "provider_session": provider_session, "started": {"peer": "10.0.0.1"}});
        let data = HashMap::from([("owner".to_owned(), owner)]);
        let mut record = Record { id: Id::default(), data, expiry_date: NOW };
        self.store.create(&mut record).await.unwrap();
        record
    }

    async fn is_there(&self, record: &Record) -> bool {
        self.store.load(&record.id).await.unwrap().is_some()
    }

    fn pass(&self, minutes: u64) {
        self.clock.advance(std::time::Duration::from_mins(minutes));
    }
}

#[tokio::test]
async fn a_session_is_read_as_it_was_saved_and_gone_after_deletion() {
    let kept = kept().await;
    let record = kept.begin("ada", None).await;
    assert_eq!(kept.store.load(&record.id).await.unwrap().unwrap().data, record.data);
    kept.store.delete(&record.id).await.unwrap();
    assert!(!kept.is_there(&record).await);
}

#[tokio::test]
async fn a_session_that_is_idle_too_long_is_over_and_use_keeps_it() {
    let kept = kept().await;
    let (used, idle) = (kept.begin("ada", None).await, kept.begin("ada", None).await);
    for _ in 0..3 {
        kept.pass(20);
        assert!(kept.is_there(&used).await);
    }
    assert!(!kept.is_there(&idle).await);
    kept.pass(30);
    assert!(!kept.is_there(&used).await);
}

#[tokio::test]
async fn a_session_that_is_too_old_is_over_however_much_it_is_used() {
    let kept = kept().await;
    let record = kept.begin("ada", None).await;
    for _ in 0..39 {
        kept.pass(15);
        assert!(kept.is_there(&record).await);
        kept.store.save(&record).await.unwrap();
    }
    kept.pass(15);
    assert!(!kept.is_there(&record).await);
    kept.store.delete_expired().await.unwrap();
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM sessions").fetch_one(&kept.store.pool).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_session_that_was_ended_is_not_brought_back_by_a_request_under_way() {
    let kept = kept().await;
    let record = kept.begin("ada", None).await;
    kept.store.delete(&record.id).await.unwrap();
    kept.store.save(&record).await.unwrap();
    assert!(!kept.is_there(&record).await);
}

#[tokio::test]
async fn the_bearer_of_a_session_is_not_in_the_database() {
    let kept = kept().await;
    let record = kept.begin("ada", None).await;
    let stored: Vec<u8> = sqlx::query_scalar("SELECT id_hash FROM sessions").fetch_one(&kept.store.pool).await.unwrap();
    assert_ne!(stored, record.id.0.to_be_bytes());
    assert_eq!(stored.len(), 32);
}

#[tokio::test]
async fn a_second_session_never_takes_the_place_of_the_first() {
    let kept = kept().await;
    let first = kept.begin("ada", None).await;
    let mut second = first.clone();
    kept.store.create(&mut second).await.unwrap();
    assert_ne!(first.id, second.id);
}

#[tokio::test]
async fn a_person_sees_and_ends_their_own_sessions_and_no_others() {
    let kept = kept().await;
    let (mine, other, theirs) =
        (kept.begin("ada", None).await, kept.begin("ada", None).await, kept.begin("eve", None).await);
    let visits = kept.store.of_subject("ada", Some(mine.id)).await.unwrap();
    assert_eq!(visits.iter().filter(|visit| visit.is_current).count(), 1);
    assert_eq!(visits.len(), 2);
    let handle = &visits.iter().find(|visit| !visit.is_current).unwrap().handle;
    assert!(!kept.store.end("eve", handle).await.unwrap(), "somebody else's");
    assert!(kept.store.end("ada", handle).await.unwrap());
    assert!(!kept.is_there(&other).await);
    kept.begin("ada", None).await;
    assert_eq!(kept.store.end_others("ada", Some(mine.id)).await.unwrap(), 1);
    assert!(kept.is_there(&mine).await && kept.is_there(&theirs).await);
    assert_eq!(kept.store.end_others("ada", None).await.unwrap(), 1);
}

#[tokio::test]
async fn the_provider_ends_one_session_or_all_of_a_person() {
    let kept = kept().await;
    for (subject, provider_session, left) in [
        (Some("ada"), Some("s-1"), ["s-2", "s-3"].as_slice()),
        (None, Some("s-1"), &["s-2", "s-3"]),
        (Some("ada"), None, &["s-3"]),
        (Some("eve"), Some("s-1"), &["s-1", "s-2", "s-3"]),
        (None, Some("s-9"), &["s-1", "s-2", "s-3"]),
    ] {
        for (subject, provider_session) in [("ada", "s-1"), ("ada", "s-2"), ("eve", "s-3")] {
            kept.begin(subject, Some(provider_session)).await;
        }
        kept.store.end_of_provider(subject, provider_session).await.unwrap();
        let found: Vec<String> = sqlx::query_scalar("SELECT provider_session FROM sessions ORDER BY 1")
            .fetch_all(&kept.store.pool)
            .await
            .unwrap();
        assert_eq!(found, left, "{subject:?} {provider_session:?}");
        sqlx::query("DELETE FROM sessions").execute(&kept.store.pool).await.unwrap();
    }
}
