//! The audit log is checked from outside, on a copy and with the public key alone: whatever somebody does to it who has the
//! database and not the key is found, and told apart.

use std::path::{Path, PathBuf};
use std::process::Output;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use partner_dashboard::domain::audit::{Action, Actor, Completion, Intent, Outcome, Target};
use partner_dashboard::domain::change::FieldChange;
use partner_dashboard::domain::connection::Environment;
use partner_dashboard::domain::field::FieldValue;
use partner_dashboard::domain::object::ObjectKind;
use partner_dashboard::server::audit::AuditLog;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tempfile::TempDir;

use crate::support::TestApp;
use crate::support::program::command;

/// A log of so many entries, with the public key beside it.
const ENTRIES: usize = 8;

fn intent(number: usize) -> Intent {
    Intent {
        actor: Actor {
            subject: "ada".to_owned(),
            name: "Ada Lindqvist".to_owned(),
            email: Some("ada@meridian.example".to_owned()),
            role: "admin".to_owned(),
            groups: vec!["partner-admins".to_owned()],
            peer: Some("10.2.14.7".to_owned()),
        },
        action: Action::Update,
        target: Target {
            connection: "sandbox".to_owned(),
            environment: Environment::Sandbox,
            kind: ObjectKind::OAuthClient.into(),
            id: Some(format!("client-{number}")),
            name: format!("Meridian {number}"),
            organisation_id: Some("org-1".to_owned()),
        },
        changes: vec![FieldChange {
            field: "name".to_owned(),
            before: Some(FieldValue::Text("Ökonomie \"1\"".to_owned())),
            after: Some(FieldValue::Text(format!("Meridian {number}"))),
        }],
        request_id: format!("r-{number}"),
        observation: None,
        answers: None,
    }
}

async fn add(log: &AuditLog, numbers: std::ops::Range<usize>) {
    for number in numbers {
        let entry = log.begin(&intent(number)).await.unwrap();
        let completion = Completion {
            outcome: Outcome::Applied,
            http_status: Some(200),
            partner_request_id: Some("p-1".to_owned()),
            object_id: None,
            detail: Some("It is done.".to_owned()),
            duration_ms: 71,
        };
        log.complete(entry, completion).await.unwrap();
    }
}

/// A copy of a log, which somebody may tamper with.
struct Copy {
    directory: TempDir,
}

impl Copy {
    /// As the log is now.
    async fn of(app: &TestApp) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let copy = Self { directory };
        sqlx::query("VACUUM INTO ?").bind(copy.file().to_str().unwrap()).execute(app.pool()).await.unwrap();
        std::fs::write(copy.key(), app.audit_key()).unwrap();
        copy
    }

    fn file(&self) -> PathBuf {
        self.directory.path().join("copy.db")
    }

    fn key(&self) -> PathBuf {
        self.directory.path().join("public.key")
    }

    /// Does something to it that the triggers forbid.
    async fn tamper(&self, statements: &str) {
        let pool = SqlitePool::connect_with(options(&self.file())).await.unwrap();
        let triggers: Vec<String> =
            sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetch_all(&pool).await.unwrap();
        for trigger in triggers {
            run(&pool, &format!("DROP TRIGGER {trigger}")).await;
        }
        run(&pool, statements).await;
        pool.close().await;
    }

    async fn without_its_tree(&self) {
        let pool = SqlitePool::connect_with(options(&self.file())).await.unwrap();
        let triggers: Vec<(String, String)> =
            sqlx::query_as("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND (name LIKE '%leaves_are%' OR name LIKE '%head%')")
                .fetch_all(&pool)
                .await
                .unwrap();
        for (name, _) in &triggers {
            run(&pool, &format!("DROP TRIGGER {name}")).await;
        }
        run(
            &pool,
            "INSERT INTO audit_records_of_before (entry_id, record) SELECT entry_id, record FROM audit_leaves;
             DELETE FROM audit_leaves; UPDATE audit_head SET size = 0, frontier = x'', checkpoint = ''",
        )
        .await;
        for (_, sql) in &triggers {
            run(&pool, sql).await;
        }
        pool.close().await;
    }

    async fn checkpoint(&self) -> String {
        let pool = SqlitePool::connect_with(options(&self.file())).await.unwrap();
        sqlx::query_scalar("SELECT checkpoint FROM audit_head").fetch_one(&pool).await.unwrap()
    }

    /// What the command says, and how it ends.
    fn verify(&self, checkpoint: Option<&str>) -> (i32, String) {
        let mut verify = command();
        verify.args(["audit", "verify", "--database"]).arg(self.file()).arg("--public-key").arg(self.key());
        if let Some(checkpoint) = checkpoint {
            let file = self.directory.path().join("checkpoint");
            std::fs::write(&file, checkpoint).unwrap();
            verify.arg("--checkpoint").arg(file);
        }
        let Output { status, stdout, stderr } = verify.output().unwrap();
        (status.code().unwrap(), String::from_utf8([stdout, stderr].concat()).unwrap())
    }

    #[track_caller]
    fn is_broken(&self, checkpoint: Option<&str>, says: &str) {
        let (code, said) = self.verify(checkpoint);
        assert!(code == 1 && said.contains(says), "{says:?} expected: {code} {said}");
    }
}

/// Whoever tampers is not held up by foreign keys.
fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(file).foreign_keys(false)
}

async fn run(pool: &SqlitePool, statements: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned())).execute(pool).await.unwrap();
}

async fn log() -> TestApp {
    let app = TestApp::empty().await;
    add(&app.audit, 0..ENTRIES).await;
    app
}

#[tokio::test]
async fn a_log_that_nobody_touched_is_whole() {
    let app = log().await;
    let copy = Copy::of(&app).await;
    let (code, said) = copy.verify(None);
    assert!(code == 0 && said.contains("whole: 16 records") && said.contains("may be an old copy"), "{said}");
    let checkpoint = copy.checkpoint().await;
    add(&app.audit, 0..3).await;
    let (code, said) = Copy::of(&app).await.verify(Some(&checkpoint));
    assert!(code == 0 && said.contains("22 records") && !said.contains("old copy"), "{said}");
}

#[tokio::test]
async fn an_edit_of_any_column_is_found() {
    let app = log().await;
    for table in ["audit_intents", "audit_completions"] {
        let columns: Vec<(String, String)> = sqlx::query_as("SELECT name, type FROM pragma_table_info(?)")
            .bind(table)
            .fetch_all(app.pool())
            .await
            .unwrap();
        for (column, kind) in columns.into_iter().filter(|(column, _)| column != "id" && column != "intent_id") {
            let copy = Copy::of(&app).await;
            let key = if table == "audit_intents" { "id" } else { "intent_id" };
            let value = match (column.as_str(), kind.as_str()) {
                (_, "INTEGER") => format!("coalesce({column}, 0) + 1"),
                ("changes", _) => "replace(changes, ':', ': ')".to_owned(),
                ("observation", _) => "'{}'".to_owned(),
                ("environment", _) => "'production'".to_owned(),
                ("outcome", _) => "'refused'".to_owned(),
                _ => format!("coalesce({column}, '') || 'x'"),
            };
            copy.tamper(&format!("UPDATE {table} SET {column} = {value} WHERE {key} = 3")).await;
            copy.is_broken(None, "entry 3 was changed");
        }
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
            "DELETE FROM audit_leaves WHERE sequence >= 14; DELETE FROM audit_completions WHERE intent_id = 8;
             DELETE FROM audit_intents WHERE id = 8",
            "the log was cut: it has 14 leaves, and 16 were signed",
        ),
        (
            "INSERT INTO audit_completions (intent_id, completed_at, outcome, duration_ms)
             SELECT 99, completed_at, outcome, duration_ms FROM audit_completions WHERE intent_id = 3",
            "1 records have no leaf",
        ),
        ("UPDATE audit_leaves SET salts = zeroblob(160) WHERE sequence = 4", "entry 3 was changed: the actor"),
        (
            "UPDATE audit_leaves SET envelope = replace(envelope, '\"version\":1', '\"version\":2') WHERE sequence = 4",
            "leaf 4 was changed",
        ),
        ("UPDATE audit_leaves SET envelope = '{}' WHERE sequence = 4", "leaf 4 was changed"),
        ("UPDATE audit_head SET checkpoint = replace(checkpoint, '16', '14')", "its signature is wrong"),
        ("UPDATE audit_head SET checkpoint = ''", "it is not a signed note"),
    ] {
        let copy = Copy::of(&app).await;
        copy.tamper(statements).await;
        copy.is_broken(None, says);
    }
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
async fn the_log_of_an_older_version_is_taken_over_when_it_is_opened() {
    let app = log().await;
    let copy = Copy::of(&app).await;
    // As the migration leaves it: records, and no leaves.
    copy.without_its_tree().await;
    let again = app.with_database_of(&copy.file()).await;
    add(&again.audit, 0..2).await;
    let (code, said) = Copy::of(&again).await.verify(None);
    assert!(code == 0 && said.contains("20 records"), "{said}");
    let taken_over: i64 =
        sqlx::query_scalar("SELECT count(*) FROM audit_leaves WHERE envelope LIKE '%\"source\":\"taken_over\"%'")
            .fetch_one(again.pool())
            .await
            .unwrap();
    assert_eq!(taken_over, 16);
}

#[tokio::test]
async fn a_checkpoint_from_elsewhere_finds_an_old_copy_and_a_second_history() {
    let app = log().await;
    let old = Copy::of(&app).await;
    let checkpoint = {
        add(&app.audit, 0..2).await;
        Copy::of(&app).await.checkpoint().await
    };
    assert_eq!(old.verify(None).0, 0, "by itself it is whole");
    old.is_broken(Some(&checkpoint), "this is an old copy: it has 16 leaves, and the checkpoint has 20");

    // Somebody with the key goes on from the old copy.
    let again = app.with_database_of(&old.file()).await;
    add(&again.audit, 5..9).await;
    let second = Copy::of(&again).await;
    assert_eq!(second.verify(None).0, 0, "by itself it is whole");
    second.is_broken(Some(&checkpoint), "this is a second history: its first 20 leaves");
}

/// What a proof says is computed again here, from its text alone.
#[tokio::test]
async fn a_proof_of_an_entry_leads_from_its_leaf_to_the_signed_root() {
    let app = log().await;
    let copy = Copy::of(&app).await;
    let prove = |entry: &str| {
        let mut prove = command();
        prove.args(["audit", "prove", entry, "--database"]).arg(copy.file()).arg("--public-key").arg(copy.key());
        let Output { status, stdout, stderr } = prove.output().unwrap();
        (status.code().unwrap(), String::from_utf8([stdout, stderr].concat()).unwrap())
    };
    let (code, proofs) = prove("3");
    assert_eq!((code, proofs.matches("c2sp.org/tlog-proof@v1\n").count()), (0, 2), "{proofs}");
    for (proof, expected) in proofs.split("c2sp.org/tlog-proof@v1\n").skip(1).zip([4_u32, 5]) {
        let mut lines = proof.lines();
        let leaf = STANDARD.decode(lines.next().unwrap().strip_prefix("extra ").unwrap()).unwrap();
        assert_eq!(lines.next().unwrap(), format!("index {expected}"));
        let mut hash = Sha256::new().chain_update([0]).chain_update(&leaf).finalize();
        // Sixteen leaves: at each height the place says on which side the other one is.
        for height in 0..4 {
            let other = STANDARD.decode(lines.next().unwrap()).unwrap();
            let is_right = expected >> height & 1 == 1;
            let pair = if is_right { [other.as_slice(), &hash] } else { [hash.as_slice(), &other] };
            hash = Sha256::new().chain_update([1]).chain_update(pair.concat()).finalize();
        }
        assert_eq!((lines.next(), lines.nth(1)), (Some(""), Some("16")));
        assert_eq!(lines.next().unwrap(), STANDARD.encode(hash));
    }
    let (code, said) = prove("99");
    assert!(code == 1 && said.contains("the log has no entry 99"), "{said}");
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
