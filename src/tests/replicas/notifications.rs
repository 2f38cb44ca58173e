//! Of several dashboards, the one that leads tells people, and the next one sends what that had no time to send.

use axum::http::StatusCode;
use partner_dashboard::server::sandbox::{Fault, FaultKind, System};
use sqlx::postgres::PgPool;

use super::Shared;
use super::together::three;
use crate::durability::{HTML, empty_sandbox};
use crate::notifications::receiver::{Received, Receiver, Reply};
use crate::operations::CHECK_INTERVAL;
use crate::support::postgres_server::PostgresServer;
use crate::support::program::Server;
use crate::support::until;

impl Shared {
    /// Adds a target to the file that all replicas read.
    fn notify(&self, receiver: &Receiver) {
        let target = format!("[[notifications]]\nname = \"on-call\"\nkind = \"webhook\"\nurl = \"{}\"\n", receiver.url);
        self.add_table(&target);
    }
}

/// Two checks in a row: what they agree on is told.
async fn checked_twice(replica: &Server) {
    for _ in 0..2 {
        replica.post("/api/connections/check", &[("name", "sandbox")], HTML, "admins").await;
    }
}

/// The message that comes next.
async fn next_message(receiver: &Receiver) -> Received {
    let mut new = Vec::new();
    until(async || {
        new = receiver.take();
        !new.is_empty()
    })
    .await;
    assert_eq!(new.len(), 1, "{new:?}");
    new.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_commits_wait_for_a_standby_that_is_away_keeps_nobody_from_being_told() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let (shared, receiver) = (Shared::new(&server, &sandbox).await, Receiver::start().await);
    shared.notify(&receiver);
    let mut serving = shared.serving();
    serving.env(CHECK_INTERVAL, "1");
    let dashboard = Server::start(serving).await.read_from_configuration();
    let pool = PgPool::connect(&shared.url).await.unwrap();
    for statement in ["ALTER SYSTEM SET synchronous_standby_names = 'away'", "SELECT pg_reload_conf()"] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    // Until the server has read it.
    let waits = "SELECT current_setting('synchronous_standby_names')";
    until(async || sqlx::query_scalar::<_, String>(waits).fetch_one(&pool).await.unwrap() == "away").await;
    sandbox.inject(Fault::new(System::OneIdSandbox, FaultKind::status(StatusCode::FORBIDDEN)).times(u32::MAX));
    assert_eq!(next_message(&receiver).await.title(), "sandbox (OneID sandbox) is failing");
    sandbox.clear_faults();
    assert_eq!(next_message(&receiver).await.title(), "sandbox (OneID sandbox) is healthy again");
    // What the server has taken up to then is older than what was told: it is no news when it comes.
    sandbox.inject(Fault::new(System::OneIdSandbox, FaultKind::status(StatusCode::FORBIDDEN)).times(u32::MAX));
    assert_eq!(next_message(&receiver).await.title(), "sandbox (OneID sandbox) is failing");
    for statement in ["ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()"] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    let states = "SELECT count(*) FROM notification_deliveries WHERE state = 'delivered'";
    until(async || sqlx::query_scalar::<_, i64>(states).fetch_one(&pool).await.unwrap() == 3).await;
    let checks = "SELECT count(*) FROM connection_checks WHERE connection = 'sandbox' AND state = 'failing'";
    let kept = sqlx::query_scalar::<_, i64>(checks).fetch_one(&pool).await.unwrap();
    until(async || sqlx::query_scalar::<_, i64>(checks).fetch_one(&pool).await.unwrap() > kept + 1).await;
    assert_eq!(receiver.take().len(), 0);
    // Nothing is missing in the history. Before it all, a check may have found the connection working.
    let history = "SELECT state FROM connection_checks WHERE connection = 'sandbox' ORDER BY at";
    let mut history: Vec<String> = sqlx::query_scalar(history).fetch_all(&pool).await.unwrap();
    history.dedup();
    assert!(history.join(" ").ends_with("failing works failing"), "{history:?}");
    assert!(dashboard.stop().contains("a notification is kept in memory alone"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_that_leads_tells_that_the_database_is_away_before_all_of_them_end() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let (shared, receiver) = (Shared::new(&server, &sandbox).await, Receiver::start().await);
    shared.notify(&receiver);
    // What cannot be held back until the morning is told at night.
    let night = "[notifications.quiet_hours]\nfrom = \"00:00\"\nto = \"23:59\"\nzone = \"UTC\"\nurgent_too = true\n";
    shared.add_table(night);
    let replicas = three(&shared).await;
    drop(server);
    let told = next_message(&receiver).await;
    assert_eq!((told.title().as_str(), &told.json()["type"]), ("A replica has lost the database", &"audit_log".into()));
    for replica in replicas {
        let (status, _, log) = replica.ends().await;
        assert_eq!(status.code(), Some(1), "{log}");
        assert!(!log.contains("this replica leads from now on"), "{log}");
    }
    let more = receiver.take();
    assert!(more.is_empty(), "once: {:?}", more.iter().map(Received::title).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_message_is_sent_by_the_one_that_leads_and_one_that_it_had_no_time_for_by_the_next() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let (shared, receiver) = (Shared::new(&server, &sandbox).await, Receiver::start().await);
    shared.notify(&receiver);
    let [leads, second, third] = three(&shared).await;
    sandbox.inject(Fault::new(System::OneIdSandbox, FaultKind::status(StatusCode::FORBIDDEN)).times(u32::MAX));
    checked_twice(&second).await;
    assert_eq!(next_message(&receiver).await.title(), "sandbox (OneID sandbox) is failing");

    // The one that leads is killed while it waits for the answer to the next message.
    sandbox.clear_faults();
    receiver.replies_with(&[Reply::Silence]);
    checked_twice(&third).await;
    let unanswered = next_message(&receiver).await;
    assert_eq!(unanswered.title(), "sandbox (OneID sandbox) is healthy again");
    leads.signal("KILL");
    let again = next_message(&receiver).await;
    assert_eq!(again.header("webhook-id"), unanswered.header("webhook-id"), "receivers can tell that it is the same");
    assert_eq!(again.title(), unanswered.title());
    let led = "this replica leads from now on";
    until(async || second.logged(led) + third.logged(led) == 1).await;

    let pool = PgPool::connect(&shared.url).await.unwrap();
    let states = "SELECT state FROM notification_deliveries";
    let states = async || sqlx::query_scalar::<_, String>(states).fetch_all(&pool).await.unwrap();
    until(async || states().await == ["delivered", "delivered"]).await;
    assert!(receiver.take().is_empty());
}
