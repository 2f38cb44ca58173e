//! What only the tables can show: nothing that was added is changed, removed or replaced, whoever tries; and a commit that
//! fails is an error.

use std::sync::Arc;

use time::OffsetDateTime;

use super::*;
use crate::domain::audit::{Action, Actor, Outcome, Target};
use crate::domain::connection::Environment;
use crate::domain::object::ObjectKind;
use crate::server::clock::SystemClock;
use crate::server::storage::sqlite;

const AT: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

async fn store() -> (SqliteStore, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let pool = sqlite::open(&format!("sqlite:{}", directory.path().join("audit.db").display())).await.unwrap();
    (SqliteStore::new(pool, Arc::new(SystemClock)), directory)
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
        },
        action: Action::Create,
        target: Target {
            connection: "sandbox".to_owned(),
            environment: Environment::Sandbox,
            kind: ObjectKind::Organisation.into(),
            id: None,
            name: "Meridian".to_owned(),
            organisation_id: None,
        },
        changes: Vec::new(),
        request_id: "r-1".to_owned(),
        observation: None,
        answers: None,
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
    ] {
        let refused = sqlx::query(statement).execute(&store.pool).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("never")), "{statement}");
    }
    assert_eq!(store.entry(id).await.unwrap(), before);
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
    assert_eq!(store.list(&AuditFilter::default(), 1, 10).await.unwrap().total, 1);
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
