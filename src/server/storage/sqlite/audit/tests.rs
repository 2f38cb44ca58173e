//! What only the tables can show: nothing that was added is changed, removed or replaced, whoever tries; and a commit that
//! fails is an error.

use std::path::Path;
use std::sync::Arc;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use time::OffsetDateTime;

use super::*;
use crate::domain::audit::{Action, Actor, AuditedConnection, Outcome, Target};
use crate::domain::change::FieldChange;
use crate::domain::connection::Environment;
use crate::domain::field::FieldValue;
use crate::domain::object::ObjectKind;
use crate::server::storage::{KeptRecord, NumberingSealer, sqlite};

const AT: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

async fn store() -> (SqliteAuditLog, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let pool = sqlite::open(&format!("sqlite:{}", directory.path().join("audit.db").display())).await.unwrap();
    (SqliteAuditLog::new(pool, Arc::new(NumberingSealer)), directory)
}

fn intent() -> Intent {
    Intent {
        actor: Actor {
            subject: "ada".to_owned(),
            name: "Ada Lindqvist".to_owned(),
            email: None,
            role: "admin".to_owned(),
            groups: Vec::new(),
            peer: None,
            session: None,
        },
        action: Action::Create,
        target: Target {
            connection: Some(AuditedConnection { name: "sandbox".to_owned(), environment: Environment::Sandbox }),
            kind: ObjectKind::Organisation.into(),
            id: None,
            name: "Meridian".to_owned(),
            organisation_id: None,
        },
        changes: Vec::new(),
        request_id: "r-1".to_owned(),
        observation: None,
        answers: None,
        restores: None,
    }
}

#[tokio::test]
async fn entries_cannot_be_changed_removed_or_replaced() {
    let (store, _directory) = store().await;
    let id = store.append_intent(&intent(), AT).await.unwrap();
    let completion = Completion {
        outcome: Outcome::Unknown,
        http_status: None,
        partner_request_id: None,
        object_id: None,
        detail: None,
        duration_ms: 0,
    };
    store.append_completion(id, AT, &completion).await.unwrap();
    let found =
        Resolution { resolved_at: AT, outcome: Outcome::Applied, object_id: None, detail: "OneID has it.".to_owned() };
    store.append_resolution(id, &found).await.unwrap();
    let before = store.entry(id).await.unwrap();
    for statement in [
        "UPDATE audit_intents SET actor_name = 'Mallory'",
        "DELETE FROM audit_intents",
        "REPLACE INTO audit_intents SELECT * FROM audit_intents",
        "UPDATE audit_completions SET outcome = 'refused'",
        "DELETE FROM audit_completions",
        "INSERT OR REPLACE INTO audit_completions SELECT * FROM audit_completions",
        "UPDATE audit_resolutions SET outcome = 'not_applied'",
        "DELETE FROM audit_resolutions",
        "REPLACE INTO audit_resolutions SELECT * FROM audit_resolutions",
        "UPDATE audit_leaves SET envelope = '{}'",
        "DELETE FROM audit_leaves",
        "REPLACE INTO audit_leaves SELECT size, record, entry_id, envelope, salts FROM audit_leaves, audit_head",
    ] {
        let refused = sqlx::query(statement).execute(&store.pool).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("never")), "{statement}");
    }
    for statement in [
        "UPDATE audit_head SET checkpoint = 'x'",
        "UPDATE audit_head SET size = 1",
        "DELETE FROM audit_head",
        "REPLACE INTO audit_head SELECT * FROM audit_head",
        "INSERT INTO audit_head VALUES (2, 0, x'', '', 0)",
        "REPLACE INTO audit_leaves SELECT * FROM audit_leaves",
        "INSERT INTO audit_leaves VALUES (9, 'intent', 9, '{}', zeroblob(160))",
    ] {
        let refused = sqlx::query(statement).execute(&store.pool).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("grow")), "{statement}");
    }
    assert_eq!(store.entry(id).await.unwrap(), before);
}

/// The record, its leaf and the head are one commit: with any of them missing there is none of them.
#[tokio::test]
async fn a_record_its_leaf_and_the_head_are_on_disk_together_or_not_at_all() {
    let (store, _directory) = store().await;
    let first = store.append_intent(&intent(), AT).await.unwrap();
    let before = (append::head(&store.pool).await.unwrap(), count_records(&store.pool).await);
    let places = ["AFTER INSERT ON audit_intents", "AFTER INSERT ON audit_leaves", "AFTER UPDATE ON audit_head"];
    // Each has a name of its own: another connection may not know yet that the one before is gone.
    for (number, place) in places.into_iter().enumerate() {
        let trigger = format!("CREATE TRIGGER fails_{number} {place} BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END");
        sqlx::raw_sql(sqlx::AssertSqlSafe(trigger)).execute(&store.pool).await.unwrap();
        assert!(store.append_intent(&intent(), AT).await.is_err(), "{place}");
        assert!(store.append_complete(&[intent(), intent()], AT).await.is_err(), "{place}");
        let drop = format!("DROP TRIGGER fails_{number}");
        sqlx::query(sqlx::AssertSqlSafe(drop)).execute(&store.pool).await.unwrap();
        let after = (append::head(&store.pool).await.unwrap(), count_records(&store.pool).await);
        assert_eq!(after, before, "{place}");
        assert_eq!(leaves(&store.pool, 0).await.len(), 1, "{place}");
    }
    assert_eq!(store.append_intent(&intent(), AT).await.unwrap(), first + 1);
}

#[tokio::test]
async fn many_who_add_at_once_get_a_leaf_each_in_a_row() {
    let (store, _directory) = store().await;
    // A second program on the same database has a turn of its own.
    let other = SqliteAuditLog::new(store.pool.clone(), Arc::new(NumberingSealer));
    let adding = (0..20).map(|number| {
        let store = if number % 2 == 0 { store.clone() } else { other.clone() };
        tokio::spawn(async move { store.append_intent(&intent(), AT).await })
    });
    let mut numbers = Vec::new();
    for added in adding.collect::<Vec<_>>() {
        numbers.push(added.await.unwrap().unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
    let leaves = leaves(&store.pool, 0).await;
    assert!(
        leaves
            .iter()
            .zip(0..)
            .all(|(leaf, sequence)| leaf.sequence == sequence && matches!(leaf.record, KeptRecord::There(_)))
    );
    assert_eq!(append::head(&store.pool).await.unwrap().0.size, 20);
}

/// A database as the version before the tree left it, with an entry of each kind of record.
async fn older_database(file: &Path) {
    let options =
        SqliteConnectOptions::new().filename(file).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let mut migrator = sqlx::migrate!("migrations/sqlite");
    migrator.migrations.to_mut().truncate(8);
    migrator.run(&pool).await.unwrap();
    for statement in [
        "INSERT INTO audit_intents (intended_at, actor_subject, actor_name, actor_role, actor_groups, request_id,
             action, connection, environment, object_kind, object_name, changes)
         VALUES ('2026-01-01T12:00:00.000Z', 'ada', 'Ada', 'admin', '[]', 'r-1', 'create', 'sandbox', 'sandbox',
             'organisation', 'Meridian', '[]')",
        "INSERT INTO audit_completions (intent_id, completed_at, outcome, duration_ms)
         VALUES (1, '2026-01-01T12:00:01.000Z', 'unknown', 71)",
        "INSERT INTO audit_resolutions (intent_id, resolved_at, outcome, detail)
         VALUES (1, '2026-01-01T12:00:02.000Z', 'applied', 'OneID has it.')",
        "INSERT INTO audit_intents (intended_at, actor_subject, actor_name, actor_role, actor_groups, request_id,
             action, connection, environment, object_kind, object_name, changes)
         VALUES ('2026-01-01T12:00:03.000Z', 'ada', 'Ada', 'admin', '[]', 'r-2', 'create', 'sandbox', 'sandbox',
             'organisation', 'Interrupted', '[]')",
    ] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    pool.close().await;
}

#[tokio::test]
async fn few_leaves_are_read_at_once_where_their_changes_are_long() {
    let (store, _directory) = store().await;
    let name = FieldValue::Text("x".repeat(3 << 20));
    let long = FieldChange { field: "name".to_owned(), before: None, after: Some(name) };
    store.append_complete(&[intent(), intent()], AT).await.unwrap();
    for _ in 0..4 {
        store.append_intent(&Intent { changes: vec![long.clone()], ..intent() }, AT).await.unwrap();
    }
    assert_eq!(leaves(&store.pool, 0).await.len(), 5, "up to the one with which they are more than 8 MiB");
    assert_eq!(leaves(&store.pool, 5).await.len(), 1);
    assert!(leaves(&store.pool, 6).await.is_empty());
}

#[tokio::test]
async fn records_of_an_older_version_get_their_leaves_and_are_marked() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("old.db");
    older_database(&file).await;
    let pool = sqlite::open(&format!("sqlite:{}", file.display())).await.unwrap();
    let store = SqliteAuditLog::new(pool, Arc::new(NumberingSealer));
    store.begin().await.unwrap();
    store.begin().await.unwrap();
    let kept = leaves(&store.pool, 0).await;
    let kinds: Vec<&str> = kept.iter().map(|leaf| leaf.stands_for.0.as_str()).collect();
    assert_eq!(kinds, ["intent", "completion", "resolution", "intent"]);
    assert!(kept.iter().all(|leaf| leaf.envelope.contains("TakenOver") && matches!(leaf.record, KeptRecord::There(_))));
    let entry = store.entry(1).await.unwrap().unwrap();
    assert_eq!((entry.outcome(), entry.intent.target.connection_name()), (Outcome::Applied, "sandbox"));
    let unknown: Vec<i64> = store.unknown(0, 10).await.unwrap().iter().map(|entry| entry.id).collect();
    assert_eq!(unknown, [2], "what was open stays open");
    assert_eq!(store.append_intent(&intent(), AT).await.unwrap(), 3);
    assert!(leaves(&store.pool, 4).await[0].envelope.contains("Written"));
}

#[tokio::test]
async fn a_record_that_comes_without_its_leaf_is_refused() {
    let (store, _directory) = store().await;
    store.append_intent(&intent(), AT).await.unwrap();
    for statement in [
        "INSERT INTO audit_intents (intended_at, actor_subject, actor_name, actor_role, actor_groups, request_id,
             action, object_kind, object_name, changes)
         VALUES ('2026-01-01T12:00:00.000Z', 'ada', 'Ada', 'admin', '[]', 'r-1', 'sign_in', 'session', '', '[]')",
        "INSERT INTO audit_completions (intent_id, completed_at, outcome, duration_ms) VALUES (1, '', 'applied', 71)",
        "INSERT INTO audit_resolutions (intent_id, resolved_at, outcome, detail) VALUES (1, '', 'applied', '')",
        "INSERT INTO audit_earlier_records VALUES (1, 'completion')",
        "INSERT INTO audit_leaf_appends VALUES (1, 'completion', 1, '{}', zeroblob(160), x'', '', '[]')",
    ] {
        let refused = sqlx::query(statement).execute(&store.pool).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("with their leaves")), "{statement}");
    }
}

/// What is settled late must not speak against what has become known meanwhile.
#[tokio::test]
async fn a_resolution_and_a_completion_that_come_at_once_do_not_contradict_each_other() {
    let (store, _directory) = store().await;
    for _ in 0..30 {
        let id = store.append_intent(&intent(), AT).await.unwrap();
        let found = Resolution {
            resolved_at: AT,
            outcome: Outcome::Applied,
            object_id: None,
            detail: "OneID has it.".to_owned(),
        };
        let completion = Completion {
            outcome: Outcome::NotSent,
            http_status: None,
            partner_request_id: None,
            object_id: None,
            detail: None,
            duration_ms: 0,
        };
        // A second program has a turn of its own.
        let other = SqliteAuditLog::new(store.pool.clone(), Arc::new(NumberingSealer));
        let (completed, resolved) =
            tokio::join!(store.append_completion(id, AT, &completion), other.append_resolution(id, &found));
        completed.unwrap();
        resolved.unwrap();
        let entry = store.entry(id).await.unwrap().unwrap();
        assert!(entry.completion.is_some());
        // Where the resolution was first, it spoke of what was not known then.
        let kept = store.leaves_of(&[id]).await.unwrap();
        let is_resolved_last = kept.last().is_some_and(|leaf| leaf.stands_for.0 == "resolution");
        assert!(!is_resolved_last, "{kept:?}");
    }
}

async fn leaves(pool: &SqlitePool, from: u64) -> Vec<KeptLeaf> {
    tree::leaves(&mut pool.acquire().await.unwrap(), from).await.unwrap()
}

async fn count_records(pool: &SqlitePool) -> i64 {
    sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM audit_intents) + (SELECT count(*) FROM audit_completions)
             + (SELECT count(*) FROM audit_resolutions)",
    )
    .fetch_one(pool)
    .await
    .unwrap()
}

/// Every commit that holds an intent fails, after the insert itself has gone well: what a full disk or a failed sync
/// does.
#[tokio::test]
async fn an_error_at_commit_is_an_error_and_the_next_intent_has_its_own_number() {
    let (store, _directory) = store().await;
    for statement in [
        "CREATE TABLE empty (id INTEGER PRIMARY KEY)",
        "CREATE TABLE unkept (id INTEGER REFERENCES empty (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER fails_at_commit AFTER INSERT ON audit_intents BEGIN INSERT INTO unkept VALUES (1); END",
    ] {
        sqlx::query(statement).execute(&store.pool).await.unwrap();
    }
    for _ in 0..3 {
        assert!(matches!(store.append_intent(&intent(), AT).await, Err(StorageError::Database(_))));
    }
    sqlx::query("DROP TRIGGER fails_at_commit").execute(&store.pool).await.unwrap();
    let id = store.append_intent(&intent(), AT).await.unwrap();
    assert_eq!(store.entry(id).await.unwrap().unwrap().intent, intent());
    assert_eq!(store.list(&AuditFilter::default(), Place::Newest, 10).await.unwrap().count.number, 1);
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_hides_no_other_whose_outcome_is_not_known() {
    let (store, _directory) = store().await;
    let damaged = store.append_intent(&intent(), AT).await.unwrap();
    let whole = store.append_intent(&intent(), AT).await.unwrap();
    for statement in [
        "DROP TRIGGER audit_intents_are_never_changed",
        "UPDATE audit_intents SET action = 'juggle' WHERE id = (SELECT min(id) FROM audit_intents)",
    ] {
        sqlx::query(statement).execute(&store.pool).await.unwrap();
    }
    let unknown: Vec<i64> = store.unknown(0, 10).await.unwrap().iter().map(|entry| entry.id).collect();
    assert_eq!(unknown, [whole]);
    assert!(matches!(store.entry(damaged).await, Err(StorageError::CorruptEntry { id, .. }) if id == damaged));
}
