//! Logs to verify, and copies of them that somebody tampers with.

use std::path::{Path, PathBuf};
use std::process::Output;

use partner_dashboard::domain::audit::{
    Action, Actor, AuditedConnection, Completion, Intent, Outcome, Resolution, Target,
};
use partner_dashboard::domain::change::FieldChange;
use partner_dashboard::domain::connection::Environment;
use partner_dashboard::domain::field::FieldValue;
use partner_dashboard::domain::object::ObjectKind;
use partner_dashboard::server::audit::AuditLog;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tempfile::TempDir;

use crate::support::TestApp;
use crate::support::program::command;

/// A log of so many entries, with the public key beside it.
pub const ENTRIES: usize = 8;
/// The entry whose outcome was found out later.
pub const LOST: i64 = 9;

pub fn intent(number: usize) -> Intent {
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
        action: Action::Update,
        target: Target {
            connection: Some(AuditedConnection { name: "sandbox".to_owned(), environment: Environment::Sandbox }),
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
        restores: None,
    }
}

pub async fn add(log: &AuditLog, numbers: std::ops::Range<usize>) {
    for number in numbers {
        let entry = log.begin(&intent(number)).await.unwrap();
        let completion = Completion {
            outcome: Outcome::Applied,
            http_status: Some(200),
            partner_request_id: Some("p-1".to_owned()),
            // Those that name an object are in an index of their own.
            object_id: (number % 2 == 1).then(|| format!("client-{number}")),
            detail: Some("It is done.".to_owned()),
            duration_ms: 71,
        };
        log.complete(entry, completion).await.unwrap();
    }
}

/// Adds an entry whose outcome was lost and found out later; its number.
pub async fn add_found_out(log: &AuditLog, number: usize) -> i64 {
    let lost = log.begin(&intent(number)).await.unwrap();
    let id = lost.id;
    let resolution = Resolution {
        resolved_at: lost.intended_at,
        outcome: Outcome::Applied,
        object_id: Some(format!("client-{number}")),
        detail: "OneID has it.".to_owned(),
    };
    log.resolve(id, &resolution).await.unwrap();
    id
}

/// Its last entry has an intent and a resolution, and no completion: 18 records.
pub async fn log() -> TestApp {
    let app = TestApp::empty().await;
    add(&app.audit, 0..ENTRIES).await;
    assert_eq!(add_found_out(&app.audit, ENTRIES).await, LOST);
    app
}

/// A copy of a log, which somebody may tamper with.
pub struct Copy {
    pub directory: TempDir,
}

impl Copy {
    /// As the log is now.
    pub async fn of(app: &TestApp) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let copy = Self { directory };
        sqlx::query("VACUUM INTO ?").bind(copy.file().to_str().unwrap()).execute(app.pool()).await.unwrap();
        std::fs::write(copy.key(), app.audit_key()).unwrap();
        copy
    }

    pub fn file(&self) -> PathBuf {
        self.directory.path().join("copy.db")
    }

    pub fn key(&self) -> PathBuf {
        self.directory.path().join("public.key")
    }

    /// Does something to it that the triggers allow.
    pub async fn run(&self, statement: &str) {
        let pool = SqlitePool::connect_with(options(&self.file())).await.unwrap();
        run(&pool, statement).await;
        pool.close().await;
    }

    /// Does something to it that the triggers forbid, and puts the triggers back, because their absence alone is found.
    pub async fn tamper(&self, statements: &str) {
        let pool = SqlitePool::connect_with(options(&self.file())).await.unwrap();
        Self::tamper_with(&pool, statements).await;
        pool.close().await;
    }

    pub async fn tamper_with(pool: &SqlitePool, statements: &str) {
        let triggers: Vec<(String, String)> =
            sqlx::query_as("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetch_all(pool).await.unwrap();
        for (name, _) in &triggers {
            run(pool, &format!("DROP TRIGGER {name}")).await;
        }
        run(pool, statements).await;
        for (_, sql) in &triggers {
            // Those of a table that is gone stay away.
            let _ = sqlx::raw_sql(sqlx::AssertSqlSafe(sql.clone())).execute(pool).await;
        }
    }

    pub async fn checkpoint(&self) -> String {
        let pool = SqlitePool::connect_with(options(&self.file())).await.unwrap();
        sqlx::query_scalar("SELECT checkpoint FROM audit_head").fetch_one(&pool).await.unwrap()
    }

    /// What the command says, and how it ends.
    pub fn verify(&self, checkpoint: Option<&str>) -> (i32, String) {
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
    pub fn is_broken(&self, checkpoint: Option<&str>, says: &str) {
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
