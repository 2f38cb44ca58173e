//! The rules of the log, on a real SQLite file.

use sqlx::sqlite::SqlitePool;

use super::*;
use crate::domain::audit::{Action, Actor, AuditFilter, AuditedConnection, EntryProof, Outcome, Place, Target};
use crate::domain::change::FieldChange;
use crate::domain::connection::Environment;
use crate::domain::field::FieldValue;
use crate::domain::object::ObjectKind;
use crate::server::audit::sealer;
use crate::server::clock::SystemClock;
use crate::server::storage::{self, SessionLimits};

/// A log, its database beside it, and the directory that holds it until the test ends.
async fn log() -> (AuditLog, SqlitePool, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("audit.db").display());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let stores = storage::open(&url, &clock, SessionLimits::default(), sealer()).await.unwrap();
    (AuditLog::new(stores.audit, clock), SqlitePool::connect(&url).await.unwrap(), directory)
}

fn intent(name: &str, kind: ObjectKind, id: Option<&str>) -> Intent {
    Intent {
        actor: Actor {
            subject: "ada".to_owned(),
            name: "Ada Lindqvist".to_owned(),
            email: Some("ada@meridian.example".to_owned()),
            role: "admin".to_owned(),
            groups: vec!["partner-admins".to_owned()],
            peer: Some("10.2.14.7".to_owned()),
            session: None,
        },
        action: if id.is_some() { Action::Update } else { Action::Create },
        target: Target {
            connection: Some(AuditedConnection { name: "sandbox".to_owned(), environment: Environment::Sandbox }),
            kind: kind.into(),
            id: id.map(str::to_owned),
            name: name.to_owned(),
            organisation_id: (kind == ObjectKind::OAuthClient).then(|| "org-1".to_owned()),
        },
        changes: vec![FieldChange {
            field: "name".to_owned(),
            before: None,
            after: Some(FieldValue::Text(name.to_owned())),
        }],
        request_id: "r-1".to_owned(),
        observation: None,
        answers: None,
        restores: None,
    }
}

fn completion(outcome: Outcome, object_id: Option<&str>) -> Completion {
    Completion {
        outcome,
        http_status: Some(201),
        partner_request_id: Some("p-1".to_owned()),
        object_id: object_id.map(str::to_owned),
        detail: None,
        duration_ms: 71,
    }
}

#[tokio::test]
async fn an_entry_is_read_as_it_was_written() {
    let (log, _pool, _directory) = log().await;
    let intent = intent("Meridian", ObjectKind::Organisation, None);
    let open = log.begin(&intent).await.unwrap();
    let id = open.id;
    let completion = completion(Outcome::Applied, Some("org-1"));
    log.complete(open, completion.clone()).await.unwrap();
    let entry = log.find(id).await.unwrap().unwrap();
    assert_eq!(entry.intent, intent);
    assert_eq!(entry.completion, Some(completion));
    assert_eq!(entry.object_id(), Some("org-1"));
    assert_eq!(log.find(id + 1).await.unwrap(), None);
}

#[tokio::test]
async fn a_completion_that_cannot_be_written_blocks_the_next_change_until_it_is() {
    let (log, pool, _directory) = log().await;
    let open = log.begin(&intent("Meridian", ObjectKind::Organisation, Some("o"))).await.unwrap();
    let id = open.id;
    sqlx::query("CREATE TRIGGER full BEFORE INSERT ON audit_completions BEGIN SELECT RAISE(ABORT, 'full'); END")
        .execute(&pool)
        .await
        .unwrap();
    assert!(log.complete(open, completion(Outcome::Applied, None)).await.is_err());
    let next = intent("Next", ObjectKind::Organisation, Some("o"));
    assert!(matches!(log.begin(&next).await, Err(AuditError::Behind { count: 1 })));

    assert_eq!(log.observed_waiting(), 1, "the save that was prevented waits for the log");
    sqlx::query("DROP TRIGGER full").execute(&pool).await.unwrap();
    let _ = log.begin(&next).await.unwrap();
    assert_eq!(log.unwritten().await, 0);
    assert_eq!(log.find(id).await.unwrap().unwrap().outcome(), Outcome::Applied);
}

/// From here on every commit that holds an intent fails, after the insert itself has gone well: what a full disk or a
/// failed sync does.
async fn fail_commits(pool: &SqlitePool) {
    for statement in [
        "CREATE TABLE empty (id INTEGER PRIMARY KEY)",
        "CREATE TABLE unkept (id INTEGER REFERENCES empty (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER fails_at_commit AFTER INSERT ON audit_intents BEGIN INSERT INTO unkept VALUES (1); END",
    ] {
        sqlx::query(statement).execute(pool).await.unwrap();
    }
}

#[tokio::test]
async fn an_error_at_commit_is_an_error_and_the_next_change_is_not_blocked_by_it() {
    let (log, pool, _directory) = log().await;
    let next = intent("Meridian", ObjectKind::Organisation, Some("o"));
    fail_commits(&pool).await;
    for _ in 0..3 {
        assert!(matches!(log.begin(&next).await, Err(AuditError::Storage(_))));
    }
    sqlx::query("DROP TRIGGER fails_at_commit").execute(&pool).await.unwrap();
    let open = log.begin(&next).await.unwrap();
    assert_eq!(log.find(open.id).await.unwrap().unwrap().intent, next, "its number is that of its own entry");
    assert_eq!(log.list(&AuditFilter::default(), Place::Newest, 10).await.unwrap().count.number, 1);
}

#[tokio::test]
async fn a_save_that_was_prevented_is_an_event_as_soon_as_the_log_can_be_written() {
    let (log, pool, _directory) = log().await;
    let answering = Intent { answers: Some(7), ..intent("Meridian", ObjectKind::Organisation, Some("o")) };
    let check = Intent { action: Action::Check, ..answering.clone() };
    fail_commits(&pool).await;
    for refused in [&answering, &check] {
        assert!(log.begin(refused).await.is_err());
    }
    assert!(log.write_observed().await.is_err());
    assert_eq!(log.observed_waiting(), 1, "a check changes nothing, and leaves nothing");

    sqlx::query("DROP TRIGGER fails_at_commit").execute(&pool).await.unwrap();
    log.write_observed().await.unwrap();
    assert_eq!(log.observed_waiting(), 0);
    let entries = log.list(&AuditFilter::default(), Place::Newest, 10).await.unwrap().items;
    let [prevented] = &entries[..] else { panic!("{entries:?}") };
    let expected = Intent { action: Action::SavePrevented, answers: None, ..answering };
    assert_eq!((&prevented.intent, prevented.outcome()), (&expected, Outcome::NotSent));
    let not_sent = AuditFilter { outcome: Some(Outcome::NotSent), ..AuditFilter::default() };
    assert_eq!(log.list(&not_sent, Place::Newest, 10).await.unwrap().count.number, 1);
}

#[tokio::test]
async fn an_intent_that_is_committed_too_late_says_that_nothing_was_sent() {
    let (log, pool, _directory) = log().await;
    let log = log.with_deadline(Duration::from_millis(50));
    let mut other = pool.acquire().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *other).await.unwrap();
    let late = log.begin(&intent("Meridian", ObjectKind::Organisation, Some("o"))).await;
    assert!(matches!(late, Err(AuditError::TimedOut)));
    assert_eq!(log.prevented_waiting(), 1, "a database that hangs is counted");
    sqlx::query("COMMIT").execute(&mut *other).await.unwrap();
    let not_sent = AuditFilter { outcome: Some(Outcome::NotSent), ..AuditFilter::default() };
    let written = async {
        while log.list(&not_sent, Place::Newest, 10).await.unwrap().count.number == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), written).await.expect("the late intent is completed");
    assert_eq!(log.count_unknown(OffsetDateTime::now_utc()).await.unwrap(), 0);
    let all = log.list(&AuditFilter::default(), Place::Newest, 10).await.unwrap();
    assert_eq!((all.count.number, log.observed_waiting()), (1, 0), "it is no event beside its own entry");
}

#[tokio::test]
async fn an_intent_that_is_refused_too_late_is_an_event() {
    let (log, pool, _directory) = log().await;
    fail_commits(&pool).await;
    let log = log.with_deadline(Duration::from_millis(50));
    let mut other = pool.acquire().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *other).await.unwrap();
    let late = log.begin(&intent("Meridian", ObjectKind::Organisation, Some("o"))).await;
    assert!(matches!(late, Err(AuditError::TimedOut)));
    sqlx::query("COMMIT").execute(&mut *other).await.unwrap();
    let refused = async {
        while log.write_observed().await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), refused).await.expect("the late intent is refused");
    assert_eq!(log.observed_waiting(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_entry_can_be_proved_while_others_are_added() {
    let (log, _pool, _directory) = log().await;
    let open = log.begin(&intent("Meridian", ObjectKind::Organisation, None)).await.unwrap();
    let entry = log.find(open.id).await.unwrap().unwrap();
    let writing = log.clone();
    let writes = tokio::spawn(async move {
        for _ in 0..200 {
            writing.note(intent("Meridian", ObjectKind::Organisation, None)).await;
        }
    });
    while !writes.is_finished() {
        assert!(matches!(log.prove(&entry).await.unwrap(), EntryProof::Proved { .. }));
    }
    writes.await.unwrap();
}

fn resolution(outcome: Outcome) -> Resolution {
    Resolution {
        resolved_at: OffsetDateTime::UNIX_EPOCH,
        outcome,
        object_id: Some("org-1".to_owned()),
        detail: "OneID has it.".to_owned(),
    }
}

#[tokio::test]
async fn what_is_found_out_later_is_a_record_of_its_own_and_takes_nothing_from_what_is_known() {
    let (log, _pool, _directory) = log().await;
    let now = OffsetDateTime::now_utc() + time::Duration::MINUTE;
    let open = log.begin(&intent("Open", ObjectKind::Organisation, None)).await.unwrap();
    let lost = log.begin(&intent("Lost", ObjectKind::Organisation, None)).await.unwrap();
    let known = log.begin(&intent("Known", ObjectKind::Organisation, None)).await.unwrap();
    let (open, lost_id, known_id) = (open.id, lost.id, known.id);
    log.complete(lost, completion(Outcome::Unknown, None)).await.unwrap();
    log.complete(known, completion(Outcome::Refused, None)).await.unwrap();
    let unknown: Vec<i64> = log.unknown(0, 10).await.unwrap().iter().map(|entry| entry.id).collect();
    assert_eq!((unknown, log.count_unknown(now).await.unwrap()), (vec![open, lost_id], 2));

    for id in [open, lost_id, known_id] {
        log.resolve(id, &resolution(Outcome::Applied)).await.unwrap();
        log.resolve(id, &resolution(Outcome::NotApplied)).await.unwrap();
    }
    for (id, outcome) in [(open, Outcome::Applied), (lost_id, Outcome::Applied), (known_id, Outcome::Refused)] {
        assert_eq!(log.find(id).await.unwrap().unwrap().outcome(), outcome);
    }
    let entry = log.find(lost_id).await.unwrap().unwrap();
    assert_eq!(entry.completion.unwrap().outcome, Outcome::Unknown, "what was written stands");
    assert_eq!(entry.resolution, Some(resolution(Outcome::Applied)));
    assert_eq!(log.count_unknown(now).await.unwrap(), 0);
    let known = log.find(known_id).await.unwrap().unwrap();
    assert!(log.has_other_origin(&known, "org-1").await.unwrap());
    let of_object = AuditFilter { object_id: Some("org-1".to_owned()), ..AuditFilter::default() };
    assert_eq!(
        log.list(&of_object, Place::Newest, 10).await.unwrap().count.number,
        2,
        "the history of the object holds its creation"
    );
}
