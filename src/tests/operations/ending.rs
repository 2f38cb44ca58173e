//! SIGTERM: the server ends soon, whatever is half sent, and every save that has begun is recorded first.

use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use reqwest::Client;
use sqlx::{Connection as _, Executor as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Dashboard;
use crate::support::get;
use crate::support::program::command;

/// How long the server may take to end when no save is under way.
const SOON: Duration = Duration::from_secs(5);
/// How long it may take when one is.
const LATEST: Duration = Duration::from_secs(20);
/// How long the partner takes over a save.
const LATENCY: Duration = Duration::from_secs(3);

fn assert_ended(status: ExitStatus, took: Duration, within: Duration, log: &str) {
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(took <= within, "{took:?}: {log}");
}

/// A connection that has sent this much.
async fn sent(dashboard: &Dashboard, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(dashboard.server.socket()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

#[tokio::test]
async fn sigterm_ends_the_server_though_a_head_is_half_sent() {
    let dashboard = Dashboard::start(command()).await;
    let mut open = Vec::new();
    let body = b"POST /api/overview HTTP/1.1\r\nhost: x\r\norigin: http://127.0.0.1:3999\r\nx-user: ada\r\nx-groups: admins\r\n\
                 content-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\nhalf";
    for bytes in [&b"GET / HTTP/1.1\r\nho"[..], b"", body, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"] {
        open.push(sent(&dashboard, bytes).await);
    }
    let mut idle = sent(&dashboard, b"GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(idle.read(&mut [0; 512]).await.unwrap() > 0);
    let http2 = Client::builder().no_proxy().http2_prior_knowledge().build().unwrap();
    let answer = http2.get(&dashboard.server.address).header("x-user", "ada").header("x-groups", "admins");
    assert_eq!(answer.send().await.unwrap().status().as_u16(), 200);
    dashboard.server.signal("TERM");
    let (status, took, log) = dashboard.server.ends().await;
    assert_ended(status, took, SOON, &log);
    assert!(
        log.contains("shutting down") && log.contains("stopped: the outcome of every save is in the audit log"),
        "{log}"
    );
    drop((open, idle, http2));
}

/// Whoever copies the file of a server that does not run has all of it.
#[tokio::test]
async fn a_server_that_was_asked_to_end_leaves_its_database_in_one_file() {
    let dashboard = Dashboard::start(command()).await;
    let folder = dashboard.configured.directory.path().to_owned();
    assert!(folder.join("test.db-wal").exists());
    dashboard.server.signal("TERM");
    let (status, took, log) = dashboard.server.ends().await;
    assert_ended(status, took, SOON, &log);
    assert!(folder.join("test.db").exists() && !log.contains("ERROR"), "{log}");
    for beside in ["test.db-wal", "test.db-shm"] {
        assert!(!folder.join(beside).exists(), "{beside}: {log}");
    }
}

#[tokio::test]
async fn sigint_ends_an_idle_server_at_once() {
    let dashboard = Dashboard::start(command()).await;
    let silent = sent(&dashboard, b"").await;
    dashboard.server.signal("INT");
    let (status, took, log) = dashboard.server.ends().await;
    assert_ended(status, took, Duration::from_secs(2), &log);
    drop(silent);
}

#[tokio::test]
async fn sigterm_waits_for_a_save_under_way_and_its_record() {
    let dashboard = Dashboard::start(command()).await;
    dashboard.slow_partner(&Method::POST, LATENCY);
    let visitor = Arc::new(dashboard.visitor());
    let form = visitor.new_organisation("Meridian").await;
    let saving = tokio::spawn({
        let visitor = Arc::clone(&visitor);
        async move { visitor.submit(&form).await }
    });
    dashboard.asks_the_partner(&Method::POST).await;
    dashboard.server.signal("TERM");
    dashboard.server.logs("shutting down").await;
    let ready = get(format!("{}/readyz", dashboard.operations)).await;
    assert_eq!(ready.status().as_u16(), 503, "who watches the server is told");
    let answer = saving.await.unwrap().expect("the browser gets its answer");
    assert_eq!(answer.status().as_u16(), 303);
    let location = answer.headers()["location"].to_str().unwrap();
    assert!(location.starts_with("/sandbox/organisations/") && !location.contains("draft"), "{location}");
    let mut database = dashboard.database().await;
    let (status, took, log) = dashboard.server.ends().await;
    assert_ended(status, took, LATEST, &log);
    assert_eq!(Dashboard::outcomes(&mut database).await, [Some("applied".to_owned())], "{log}");
}

#[tokio::test]
async fn a_save_is_recorded_at_sigterm_though_its_browser_has_gone() {
    let dashboard = Dashboard::start(command()).await;
    dashboard.slow_partner(&Method::POST, LATENCY);
    let visitor = Arc::new(dashboard.visitor());
    let form = visitor.new_organisation("Meridian").await;
    let saving = tokio::spawn(async move { visitor.submit(&form).await });
    dashboard.asks_the_partner(&Method::POST).await;
    saving.abort();
    dashboard.server.signal("TERM");
    let mut database = dashboard.database().await;
    let (status, took, log) = dashboard.server.ends().await;
    assert_ended(status, took, LATEST, &log);
    assert_eq!(Dashboard::outcomes(&mut database).await, [Some("applied".to_owned())], "{log}");
}

/// A save whose completion cannot be written because somebody else holds the database, and SIGTERM meanwhile.
async fn ended_while_the_log_is_locked(is_given_back: bool) -> (Dashboard, sqlx::SqliteConnection) {
    let dashboard = Dashboard::start(command()).await;
    dashboard.slow_partner(&Method::POST, Duration::from_secs(1));
    let visitor = Arc::new(dashboard.visitor());
    let form = visitor.new_organisation("Meridian").await;
    // What the browser is told is not the point: its session is in the same database.
    drop(tokio::spawn(async move { visitor.submit(&form).await }));
    dashboard.asks_the_partner(&Method::POST).await;
    let mut database = dashboard.database().await;
    database.execute("BEGIN IMMEDIATE").await.unwrap();
    dashboard.server.signal("TERM");
    dashboard.server.logs("is not in the audit log yet; trying again").await;
    if is_given_back {
        database.execute("ROLLBACK").await.unwrap();
    }
    (dashboard, database)
}

#[tokio::test]
async fn a_completion_that_cannot_be_written_at_sigterm_is_tried_until_it_can() {
    let (dashboard, mut database) = ended_while_the_log_is_locked(true).await;
    let (status, took, log) = dashboard.server.ends().await;
    assert_ended(status, took, LATEST, &log);
    assert_eq!(Dashboard::outcomes(&mut database).await, [Some("applied".to_owned())], "{log}");
    assert!(log.contains("stopped: the outcome of every save is in the audit log"), "{log}");
}

#[tokio::test]
async fn a_completion_that_cannot_be_written_is_named_when_the_server_ends() {
    let (dashboard, mut database) = ended_while_the_log_is_locked(false).await;
    let (status, took, log) = dashboard.server.ends().await;
    assert_ended(status, took, LATEST, &log);
    assert_eq!(Dashboard::outcomes(&mut database).await, [None]);
    let error = log.lines().find(|line| line.contains("ERROR") && line.contains("stopped with work left"));
    let error = error.unwrap_or_else(|| panic!("{log}"));
    assert!(error.contains("completions=1") && error.contains("saves=0"), "{error}");
    database.close().await.unwrap();
}

#[tokio::test]
async fn a_save_that_was_prevented_holds_nobody_up_and_is_named_when_the_server_ends() {
    let dashboard = Dashboard::start(command()).await;
    let visitor = dashboard.visitor();
    let form = visitor.new_organisation("Meridian").await;
    let mut database = dashboard.database().await;
    let full = "CREATE TRIGGER full BEFORE INSERT ON audit_intents BEGIN SELECT RAISE(ABORT, 'full'); END";
    database.execute(full).await.unwrap();
    database.close().await.unwrap();
    visitor.submit(&form).await.unwrap();
    let folder = dashboard.configured.directory.path().to_owned();
    dashboard.server.signal("TERM");
    let (status, took, log) = dashboard.server.ends().await;
    assert_ended(status, took, SOON, &log);
    let error = log.lines().find(|line| line.contains("ERROR") && line.contains("stopped with events"));
    assert!(error.unwrap_or_else(|| panic!("{log}")).contains("prevented_saves=1"), "{log}");
    assert!(!folder.join("test.db-wal").exists(), "the database is closed all the same");
}

#[tokio::test]
async fn a_second_signal_ends_the_server_at_once() {
    let dashboard = Dashboard::start(command()).await;
    dashboard.slow_partner(&Method::POST, Duration::from_secs(7));
    let visitor = Arc::new(dashboard.visitor());
    let form = visitor.new_organisation("Meridian").await;
    drop(tokio::spawn(async move { visitor.submit(&form).await }));
    dashboard.asks_the_partner(&Method::POST).await;
    dashboard.server.signal("TERM");
    dashboard.server.logs("shutting down").await;
    dashboard.server.signal("TERM");
    let (status, took, log) = dashboard.server.ends().await;
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(took < Duration::from_secs(2), "{took:?}: {log}");
    assert!(log.contains("Saves abandoned: 1"), "{log}");
}
