//! `/readyz` says what is wrong, what that means and what to do, in one form whatever the server is doing.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use axum::http::StatusCode;
use insta::{assert_json_snapshot, with_settings};
use partner_dashboard::server::oauth::http_client;
use serde_json::Value;

use super::Dashboard;
use crate::durability::empty_sandbox;
use crate::replicas::Shared;
use crate::support::postgres_server::PostgresServer;
use crate::support::program::{command, free_address};
use crate::support::{TestApp, TestOptions, get, until};

/// Compares an answer with the one that is checked in, but for what is another number each time.
fn assert_answer(name: &str, answer: &Value) {
    with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true, filters => vec![
        (r"It takes \d+ MB", "It takes [N] MB"),
        (r"Free where the database is: \d+ MB", "Free where the database is: [N] MB"),
        (r"read \d+ s ago", "read [N] s ago"),
        (r#""version": "[^"]+""#, r#""version": "[version]""#),
    ] }, {
        assert_json_snapshot!(name, answer);
    });
}

#[tokio::test]
async fn a_server_that_is_ready_says_how_everything_is() {
    let app = TestApp::start().await;
    let (status, unread) = app.readiness().await;
    assert_eq!(status, StatusCode::OK, "an index that is empty keeps nobody away: {unread}");
    assert_answer("readyz_unread", &unread);
    app.browser().page("/sandbox/clients").await;
    let (status, answer) = app.readiness().await;
    assert_eq!((status, &answer["ready"], &answer["state"]), (StatusCode::OK, &true.into(), &"active".into()));
    assert_answer("readyz_active", &answer);
}

#[tokio::test]
async fn a_log_that_takes_nothing_is_named_though_pages_can_still_be_read() {
    let app = TestApp::empty().await;
    let form = app.browser().form("/sandbox/organisations/new").await.set("name", "Meridian");
    app.sql(
        "CREATE TRIGGER fails BEFORE INSERT ON audit_intents BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    )
    .await;
    app.browser().submit(&form).await;
    assert!(app.writes().is_empty());
    let (status, answer) = app.readiness().await;
    assert_eq!(status, StatusCode::OK);
    let waiting = answer["checks"].as_array().unwrap().iter().find(|check| check["name"] == "audit_waiting").unwrap();
    assert!(waiting["ok"] == false && waiting["detail"].as_str().unwrap().contains("were not sent: 1."), "{waiting}");
    let overview = app.browser().page("/").await;
    let told = overview.text(".attention > li");
    assert!(told.contains("Not written to the audit log: 1 save, which was not sent."), "{told}");
    app.sql("DROP TRIGGER fails").await;
    app.audit.write_observed().await.unwrap();
    assert!(app.readiness().await.1["checks"].to_string().contains("wait to be written to the audit log: 0."));
}

#[tokio::test]
async fn an_outcome_that_is_not_written_is_named_with_what_to_do() {
    let app = TestApp::empty().await;
    let form = app.browser().form("/sandbox/organisations/new").await.set("name", "Meridian");
    app.sql(
        "CREATE TRIGGER fails BEFORE INSERT ON audit_completions BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    )
    .await;
    app.browser().submit(&form).await.location();
    let (status, answer) = app.readiness().await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_answer("readyz_unwritten", &answer);
    app.sql("DROP TRIGGER fails").await;
    app.audit.catch_up().await.unwrap();
    assert_eq!(app.readiness().await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_log_that_cannot_be_read_and_a_server_that_ends_are_named() {
    let app = TestApp::with(TestOptions::empty()).await;
    app.sql("ALTER TABLE audit_completions RENAME TO elsewhere").await;
    let (status, answer) = app.readiness().await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_answer("readyz_unreadable", &answer);
    app.sql("ALTER TABLE elsewhere RENAME TO audit_completions").await;
    app.ending.cancel();
    let (status, answer) = app.readiness().await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_answer("readyz_ending", &answer);
}

/// A program that may not serve yet, and where its operations' listener is.
struct Starting {
    child: Child,
    address: SocketAddr,
}

impl Drop for Starting {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Starting {
    fn start(mut program: Command) -> Self {
        let address = free_address();
        program.env("PARTNER_DASHBOARD_OPS_LISTEN", address.to_string());
        let child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Self { child, address }
    }

    async fn ask(&self, path: &str) -> Option<(StatusCode, String)> {
        let answer = http_client().unwrap().get(format!("http://{}{path}", self.address)).send().await.ok()?;
        Some((answer.status(), answer.text().await.ok()?))
    }

    /// Waits until an answer has this in it.
    async fn says(&self, path: &str, words: &str) -> (StatusCode, String) {
        until(async || self.ask(path).await.is_some_and(|(_, text)| text.contains(words))).await;
        self.ask(path).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_database_is_away_says_that_it_starts_and_has_metrics() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    drop(server);
    let starting = Starting::start(shared.serving());
    let (status, answer) = starting.says("/readyz", "\"state\":\"starting\"").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_answer("readyz_starting", &serde_json::from_str(&answer).unwrap());
    assert_eq!(starting.ask("/healthz").await.unwrap(), (StatusCode::OK, "ok".to_owned()));
    let (_, metrics) = starting.ask("/metrics").await.unwrap();
    assert!(metrics.contains("partner_dashboard_replica_leads 0\n"), "{metrics}");
    assert!(!metrics.contains("dashboard_connection"), "it knows of none: {metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_replica_is_ready_and_metrics_say_which_one_leads() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let leads = shared.serve().await;
    let follows = Starting::start(shared.serving());
    let (status, _) = follows.says("/readyz", "\"state\":\"active\"").await;
    assert_eq!(status, StatusCode::OK);
    follows.says("/metrics", "partner_dashboard_replica_leads 0\n").await;
    leads.signal("TERM");
    follows.says("/metrics", "partner_dashboard_replica_leads 1\n").await;
}

#[tokio::test]
async fn a_server_that_is_asked_to_end_says_so_until_it_has() {
    let dashboard = Dashboard::start(command()).await;
    let ready = get(format!("{}/readyz", dashboard.operations)).await;
    assert_eq!(ready.status(), StatusCode::OK);
    assert_eq!(ready.headers()["content-type"], "application/json");
    let answer: Value = ready.json().await.unwrap();
    assert_eq!((&answer["ready"], &answer["version"]), (&true.into(), &env!("CARGO_PKG_VERSION").into()));
}
