//! The log on a real SQLite file.

use super::*;
use crate::domain::audit::{Action, Actor, AuditFilter, Outcome, Target};
use crate::domain::change::FieldChange;
use crate::domain::connection::Environment;
use crate::domain::field::{FieldValue, ObjectKind};
use crate::server::clock::SystemClock;

async fn log() -> (AuditLog, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("audit.db").display());
    let pool = crate::server::storage::open(&url).await.unwrap();
    (AuditLog::new(pool, Arc::new(SystemClock)), directory)
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
        },
        action: if id.is_some() { Action::Update } else { Action::Create },
        target: Target {
            connection: "sandbox".to_owned(),
            environment: Environment::Sandbox,
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
    let (log, _directory) = log().await;
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
async fn an_intent_without_a_completion_is_unknown() {
    let (log, _directory) = log().await;
    let id = log.begin(&intent("Meridian", ObjectKind::Organisation, Some("org-1"))).await.unwrap().id;
    let entry = log.find(id).await.unwrap().unwrap();
    assert_eq!((entry.outcome(), entry.completed_at), (Outcome::Unknown, None));
    let unknown = AuditFilter { outcome: Some(Outcome::Unknown), ..AuditFilter::default() };
    assert_eq!(log.list(&unknown, 1, 10).await.unwrap().total, 1);
}

#[tokio::test]
async fn entries_come_newest_first_in_pages() {
    let (log, _directory) = log().await;
    for number in 0..5 {
        let _ = log.begin(&intent(&number.to_string(), ObjectKind::Organisation, Some("o"))).await.unwrap();
    }
    let page = log.list(&AuditFilter::default(), 2, 2).await.unwrap();
    let names: Vec<_> = page.items.iter().map(|entry| entry.intent.target.name.as_str()).collect();
    assert_eq!((names, page.total), (vec!["2", "1"], 5));
    assert_eq!(log.list(&AuditFilter::default(), 99, 2).await.unwrap().number, 3);
}

#[tokio::test]
async fn the_history_of_an_organisation_holds_its_creation_and_its_clients() {
    let (log, _directory) = log().await;
    let created = log.begin(&intent("Meridian", ObjectKind::Organisation, None)).await.unwrap();
    log.complete(created, completion(Outcome::Applied, Some("org-1"))).await.unwrap();
    let _ = log.begin(&intent("portal", ObjectKind::OAuthClient, Some("c-1"))).await.unwrap();
    let _ = log.begin(&intent("Other", ObjectKind::Organisation, Some("org-2"))).await.unwrap();
    let mut filter = AuditFilter { object_id: Some("org-1".to_owned()), ..AuditFilter::default() };
    assert_eq!(log.list(&filter, 1, 10).await.unwrap().total, 1);
    filter.with_clients = true;
    assert_eq!(log.list(&filter, 1, 10).await.unwrap().total, 2);
    filter = AuditFilter { actor: Some("LINDQ".to_owned()), ..AuditFilter::default() };
    assert_eq!(log.list(&filter, 1, 10).await.unwrap().total, 3);
}

#[tokio::test]
async fn entries_cannot_be_changed_or_removed() {
    let (log, _directory) = log().await;
    let open = log.begin(&intent("Meridian", ObjectKind::Organisation, Some("o"))).await.unwrap();
    log.complete(open, completion(Outcome::Applied, None)).await.unwrap();
    for statement in [
        "UPDATE audit_intents SET actor_name = 'Mallory'",
        "DELETE FROM audit_intents",
        "UPDATE audit_completions SET outcome = 'refused'",
        "DELETE FROM audit_completions",
    ] {
        assert!(sqlx::query(statement).execute(&log.pool).await.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn a_completion_that_cannot_be_written_blocks_the_next_change_until_it_is() {
    let (log, _directory) = log().await;
    let open = log.begin(&intent("Meridian", ObjectKind::Organisation, Some("o"))).await.unwrap();
    let id = open.id;
    sqlx::query("ALTER TABLE audit_completions RENAME TO hidden").execute(&log.pool).await.unwrap();
    assert!(log.complete(open, completion(Outcome::Applied, None)).await.is_err());
    let next = intent("Next", ObjectKind::Organisation, Some("o"));
    assert!(matches!(log.begin(&next).await, Err(AuditError::Behind { count: 1 })));

    sqlx::query("ALTER TABLE hidden RENAME TO audit_completions").execute(&log.pool).await.unwrap();
    let _ = log.begin(&next).await.unwrap();
    assert_eq!(log.unwritten().await, 0);
    assert_eq!(log.find(id).await.unwrap().unwrap().outcome(), Outcome::Applied);
}

/// From here on every commit that holds an intent fails, after the insert itself has gone well: what a full disk or a
/// failed sync does.
async fn fail_commits(log: &AuditLog) {
    for statement in [
        "CREATE TABLE empty (id INTEGER PRIMARY KEY)",
        "CREATE TABLE unkept (id INTEGER REFERENCES empty (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER fails_at_commit AFTER INSERT ON audit_intents BEGIN INSERT INTO unkept VALUES (1); END",
    ] {
        sqlx::query(statement).execute(&log.pool).await.unwrap();
    }
}

#[tokio::test]
async fn an_error_at_commit_is_an_error_and_the_next_change_is_not_blocked_by_it() {
    let (log, _directory) = log().await;
    let next = intent("Meridian", ObjectKind::Organisation, Some("o"));
    fail_commits(&log).await;
    for _ in 0..3 {
        assert!(matches!(log.begin(&next).await, Err(AuditError::Database(_))));
    }
    sqlx::query("DROP TRIGGER fails_at_commit").execute(&log.pool).await.unwrap();
    let open = log.begin(&next).await.unwrap();
    assert_eq!(log.find(open.id).await.unwrap().unwrap().intent, next, "its number is that of its own entry");
    assert_eq!(log.list(&AuditFilter::default(), 1, 10).await.unwrap().total, 1);
}

#[tokio::test]
async fn an_intent_that_is_committed_too_late_says_that_nothing_was_sent() {
    let (log, _directory) = log().await;
    let log = log.with_deadline(Duration::from_millis(50));
    let mut other = log.pool.acquire().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *other).await.unwrap();
    let late = log.begin(&intent("Meridian", ObjectKind::Organisation, Some("o"))).await;
    assert!(matches!(late, Err(AuditError::TimedOut)));
    sqlx::query("COMMIT").execute(&mut *other).await.unwrap();
    let not_sent = AuditFilter { outcome: Some(Outcome::NotSent), ..AuditFilter::default() };
    let written = async {
        while log.list(&not_sent, 1, 10).await.unwrap().total == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), written).await.expect("the late intent is completed");
    assert_eq!(log.count_unknown(OffsetDateTime::now_utc()).await.unwrap(), 0);
}

#[tokio::test]
async fn entries_cannot_be_replaced() {
    let (log, _directory) = log().await;
    let open = log.begin(&intent("Meridian", ObjectKind::Organisation, Some("o"))).await.unwrap();
    log.complete(open, completion(Outcome::Unknown, None)).await.unwrap();
    log.resolve(1, &resolution(Outcome::Applied)).await.unwrap();
    for statement in [
        "REPLACE INTO audit_intents SELECT * FROM audit_intents",
        "INSERT OR REPLACE INTO audit_completions SELECT * FROM audit_completions",
        "REPLACE INTO audit_resolutions SELECT * FROM audit_resolutions",
        "UPDATE audit_resolutions SET outcome = 'not_applied'",
        "DELETE FROM audit_resolutions",
    ] {
        let refused = sqlx::query(statement).execute(&log.pool).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("never")), "{statement}");
    }
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
    let (log, _directory) = log().await;
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
    assert!(log.has_other_origin("sandbox", "org-1", known_id).await.unwrap());
    let of_object = AuditFilter { object_id: Some("org-1".to_owned()), ..AuditFilter::default() };
    assert_eq!(log.list(&of_object, 1, 10).await.unwrap().total, 2, "the history of the object holds its creation");
}
