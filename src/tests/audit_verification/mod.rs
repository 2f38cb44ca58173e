//! The audit log is checked from outside, on a copy and with the public key alone: whatever somebody does to it who has the
//! database and not the key is found, and told apart.

mod continuity;
pub mod copies;
mod large;
mod proofs;
mod removal;
mod silenced;

use std::path::Path;
use std::process::Output;

use sha2::{Digest as _, Sha256};

use crate::support::program::command;
use copies::{Copy, LOST, add, log};

#[tokio::test]
async fn a_log_that_nobody_touched_is_whole() {
    let app = log().await;
    let copy = Copy::of(&app).await;
    let (code, said) = copy.verify(None);
    assert!(code == 0 && said.contains("whole: 18 records") && said.contains("may be an old copy"), "{said}");
    let checkpoint = copy.checkpoint().await;
    add(&app.audit, 0..3).await;
    let (code, said) = Copy::of(&app).await.verify(Some(&checkpoint));
    assert!(code == 0 && said.contains("24 records") && !said.contains("old copy"), "{said}");
}

/// Which part of a record a column belongs to.
fn part_of(column: &str) -> &'static str {
    match column {
        "intended_at" | "completed_at" | "resolved_at" => "time",
        "peer" | "session" => "actor",
        actor if actor.starts_with("actor_") => "actor",
        // A partner gives the ID of what it has made.
        "connection" | "environment" | "object_kind" | "object_id" | "object_name" | "organisation_id" => "target",
        "changes" => "before",
        _ => "detail",
    }
}

#[tokio::test]
async fn an_edit_of_any_column_is_found_and_named() {
    let app = log().await;
    for table in ["audit_intents", "audit_completions", "audit_resolutions"] {
        let columns: Vec<(String, String)> = sqlx::query_as("SELECT name, type FROM pragma_table_info(?)")
            .bind(table)
            .fetch_all(app.pool())
            .await
            .unwrap();
        for (column, kind) in columns.into_iter().filter(|(column, _)| column != "id" && column != "intent_id") {
            let copy = Copy::of(&app).await;
            let (key, entry) = match table {
                "audit_intents" => ("id", 3),
                "audit_completions" => ("intent_id", 3),
                _ => ("intent_id", LOST),
            };
            let value = match (column.as_str(), kind.as_str()) {
                (_, "INTEGER") => format!("coalesce({column}, 0) + 1"),
                ("changes", _) => "replace(changes, ':', ': ')".to_owned(),
                ("observation", _) => "'{}'".to_owned(),
                ("environment", _) => "'production'".to_owned(),
                ("outcome", _) if table == "audit_resolutions" => "'not_applied'".to_owned(),
                ("outcome", _) => "'refused'".to_owned(),
                _ => format!("coalesce({column}, '') || 'x'"),
            };
            copy.tamper(&format!("UPDATE {table} SET {column} = {value} WHERE {key} = {entry}")).await;
            copy.is_broken(None, &format!("entry {entry} was changed: the {} of its", part_of(&column)));
        }
    }
}

/// What cannot be read any more is an edit like any other.
#[tokio::test]
async fn an_edit_to_something_that_is_no_text_is_found_and_named() {
    let app = log().await;
    for set in ["actor_name = CAST(x'ff' AS TEXT)", "request_id = CAST(x'ff' AS TEXT)"] {
        let copy = Copy::of(&app).await;
        copy.tamper(&format!("UPDATE audit_intents SET {set} WHERE id = 3")).await;
        copy.is_broken(None, "entry 3 was changed: its intent, leaf 4, cannot be read");
    }
    for changes in ["{}", "null", "[]", r#"[{"before":null,"field":"name","after":null}]"#] {
        let copy = Copy::of(&app).await;
        copy.tamper(&format!("UPDATE audit_intents SET changes = '{changes}' WHERE id = 3")).await;
        copy.is_broken(None, "entry 3 was changed: the before of its intent");
    }
}

#[tokio::test]
async fn what_was_done_to_a_log_is_told_apart() {
    let app = log().await;
    for (statements, says) in [
        ("DELETE FROM audit_completions WHERE intent_id = 3", "the completion of entry 3, leaf 5, was removed"),
        (
            "DELETE FROM audit_leaves WHERE entry_id = 3; DELETE FROM audit_completions WHERE intent_id = 3;
             DELETE FROM audit_intents WHERE id = 3",
            "leaf 4 was removed",
        ),
        (
            "UPDATE audit_leaves SET sequence = 99 WHERE sequence = 2; UPDATE audit_leaves SET sequence = 2 WHERE \
             sequence = 4; UPDATE audit_leaves SET sequence = 4 WHERE sequence = 99",
            "leaf 2 stands in another place than the one it was written for, 4",
        ),
        (
            "DELETE FROM audit_leaves WHERE entry_id = 3; DELETE FROM audit_completions WHERE intent_id = 3;
             DELETE FROM audit_intents WHERE id = 3; UPDATE audit_leaves SET sequence = sequence - 2 WHERE sequence > 5",
            "leaf 4 was removed",
        ),
        (
            "INSERT INTO audit_intents SELECT 99, intended_at, actor_subject, actor_name, actor_email, actor_role,
                 actor_groups, peer, session, request_id, action, connection, environment, object_kind, object_id,
                 object_name, organisation_id, changes, observation, answers, restores FROM audit_intents WHERE id = 3;
             INSERT INTO audit_leaves SELECT 18, record, 99, replace(replace(envelope, '\"entry\":3', '\"entry\":99'),
                 '\"sequence\":4', '\"sequence\":18'), salts FROM audit_leaves WHERE sequence = 4",
            "leaf 18 and those after it were added by another program",
        ),
        (
            "INSERT INTO audit_open_observations VALUES (3, 'sandbox', 'organisation', 'x', NULL)",
            "the list of changes made elsewhere that are open is not what the log says",
        ),
        ("INSERT INTO audit_unknown_outcomes VALUES (3)", "the list of unknown outcomes is not what the log says"),
        (
            "INSERT INTO audit_silenced_rules VALUES ('sandbox', 'organisation', 'x', 'name_twin', 'y',
                 '2026-01-01T12:00:00Z', 3)",
            "the list of silenced rules is not what the log says",
        ),
        ("DROP INDEX audit_intents_by_object", "the index audit_intents_by_object is not as this program makes it"),
        (
            "CREATE TRIGGER quiet AFTER INSERT ON audit_intents BEGIN DELETE FROM audit_open_observations; END",
            "the trigger quiet is not as this program makes it",
        ),
        (
            "ALTER TABLE audit_completions RENAME TO kept; CREATE VIEW audit_completions AS SELECT * FROM kept",
            "is not as this program makes it",
        ),
        (
            "UPDATE audit_head SET size = 0, frontier = x'', checkpoint = ''; DELETE FROM audit_leaves;
             DELETE FROM audit_intents; DELETE FROM audit_completions; DELETE FROM audit_resolutions",
            "it is not a signed note",
        ),
        (
            "DELETE FROM audit_leaves WHERE sequence >= 14; DELETE FROM audit_completions WHERE intent_id = 8;
             DELETE FROM audit_intents WHERE id >= 8; DELETE FROM audit_resolutions",
            "the log was cut: it has 14 leaves, and 18 were signed",
        ),
        (
            "INSERT INTO audit_completions (intent_id, completed_at, outcome, duration_ms)
             SELECT 99, completed_at, outcome, duration_ms FROM audit_completions WHERE intent_id = 3",
            "records without a leaf: 1",
        ),
        ("UPDATE audit_leaves SET salts = zeroblob(160) WHERE sequence = 4", "entry 3 was changed: the actor"),
        (
            "UPDATE audit_intents SET actor_subject = '', actor_name = '', actor_email = NULL, actor_role = '',
                 actor_groups = '[]', peer = NULL, session = NULL WHERE id = 3;
             UPDATE audit_leaves SET salts = CAST(zeroblob(32) || substr(salts, 33) AS BLOB) WHERE sequence = 4",
            "entry 3 names nobody any more, and no entry of the log says that it was to be erased",
        ),
        (
            "UPDATE audit_leaves SET envelope = replace(envelope, '\"version\":1', '\"version\":2') WHERE sequence = 4",
            "leaf 4 was changed",
        ),
        ("UPDATE audit_leaves SET envelope = '{}' WHERE sequence = 4", "leaf 4 was changed"),
        ("UPDATE audit_head SET checkpoint = replace(checkpoint, '18', '14')", "its signature is wrong"),
        ("UPDATE audit_head SET checkpoint = ''", "it is not a signed note"),
    ] {
        let copy = Copy::of(&app).await;
        copy.tamper(statements).await;
        copy.is_broken(None, says);
    }
}

/// Nobody changed it, and nobody can say here that nobody did.
#[tokio::test]
async fn a_file_of_another_version_is_neither_whole_nor_changed() {
    let app = log().await;
    for (migrations, version) in [
        ("DELETE FROM _sqlx_migrations WHERE version > 14", "14"),
        (
            "UPDATE _sqlx_migrations SET version = 9999 WHERE version = (SELECT max(version) FROM _sqlx_migrations)",
            "9999",
        ),
    ] {
        let copy = Copy::of(&app).await;
        copy.run(migrations).await;
        assert_eq!(copy.verify(None).0, 0, "its tables are those of this version");
        copy.run("DROP INDEX audit_completions_by_object").await;
        let (code, said) = copy.verify(None);
        assert!(code == 2 && said.contains(&format!("schema version {version}")), "{code}: {said}");
    }
    let copy = Copy::of(&app).await;
    copy.run("DROP TABLE _sqlx_migrations; DROP INDEX audit_completions_by_object").await;
    copy.is_broken(None, "the index audit_completions_by_object is not as this program makes it");
}

/// Whoever can compute hashes can make an entry and its leaf fit each other, but not sign the tree that they are in.
#[tokio::test]
async fn an_edit_that_fits_its_own_leaf_does_not_fit_the_signed_tree() {
    let app = log().await;
    let copy = Copy::of(&app).await;
    let (envelope, salts): (String, Vec<u8>) =
        sqlx::query_as("SELECT envelope, salts FROM audit_leaves WHERE sequence = 5")
            .fetch_one(app.pool())
            .await
            .unwrap();
    let commitment = |part: &str| -> String {
        format!("{:x}", Sha256::new().chain_update(&salts[32..64]).chain_update(part).finalize())
    };
    let (was, is) = (commitment(r#"{"object_id":null}"#), commitment(r#"{"object_id":"x"}"#));
    assert!(envelope.contains(&was));
    copy.tamper(&format!(
        "UPDATE audit_completions SET object_id = 'x' WHERE intent_id = 3;
         UPDATE audit_leaves SET envelope = replace(envelope, '{was}', '{is}') WHERE sequence = 5"
    ))
    .await;
    copy.is_broken(None, "the leaves are not those that were signed");
}

#[tokio::test]
async fn another_key_does_not_verify_the_log() {
    let app = log().await;
    let copy = Copy::of(&app).await;
    std::fs::write(copy.key(), log().await.audit_key()).unwrap();
    copy.is_broken(None, "it is not signed by this key");
}

#[tokio::test]
async fn what_is_no_database_and_no_key_is_said() {
    let app = log().await;
    let copy = Copy::of(&app).await;
    std::fs::write(copy.key(), "hello").unwrap();
    let (code, said) = copy.verify(None);
    assert!(code == 2 && said.contains("it is not a verifier key"), "{said}");
    std::fs::write(copy.key(), app.audit_key()).unwrap();
    std::fs::write(copy.file(), "hello, this is no database at all, but a text that is long enough").unwrap();
    assert_eq!(copy.verify(None).0, 2);
    assert_eq!(no_such(&copy.key()).0, 2);
}

fn no_such(key: &Path) -> (i32, String) {
    let mut verify = command();
    verify.args(["audit", "verify", "--database", "/nonexistent/x.db", "--public-key"]).arg(key);
    let Output { status, stderr, .. } = verify.output().unwrap();
    (status.code().unwrap(), String::from_utf8(stderr).unwrap())
}
