//! The dashboard that leads ends, by itself or not, and the next one goes on where it was.

use std::time::Duration;

use axum::http::Method;
use partner_dashboard::server::sandbox::{Fault, FaultKind, ReceivedRequest, System};
use sqlx::postgres::PgPool;

use super::{Shared, create, succeeded};
use crate::durability::{HTML, at_the_partner, empty_sandbox};
use crate::support::postgres_server::PostgresServer;
use crate::support::program::Server;
use crate::support::until;

#[tokio::test(flavor = "multi_thread")]
async fn a_dashboard_on_postgresql_creates_lists_searches_and_proves() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let dashboard = shared.serve().await;
    let created = create(&dashboard, "Meridian Lettings").await;
    assert!(created.location.starts_with("/sandbox/organisations/"), "{created:?}");
    for (path, text) in [
        (created.location.as_str(), "Meridian Lettings"),
        ("/sandbox/organisations?q=meridian", "Meridian Lettings"),
        ("/audit?q=%22meridian+lettings%22", "Meridian Lettings"),
        ("/audit?actor=ada", "Meridian Lettings"),
        ("/audit?action=create&outcome=applied", "Meridian Lettings"),
        // Nothing that an address can say is too much for the database.
        ("/audit?q=%00&request=%00&object=%00", "Audit log"),
        (&format!("/audit?q={}", "x".repeat(3_000)), "Audit log"),
    ] {
        let (status, page) = dashboard.get(path, HTML).await;
        assert!(status == 200 && page.contains(text), "{path}: {status} {page}");
    }
    assert!(shared.verified().contains("The audit log is whole"), "{}", shared.verified());
    let mut export = shared.command();
    export.args(["audit", "export", "--format", "jsonl", "--config"]).arg(&shared.configured.path);
    assert!(String::from_utf8_lossy(&succeeded(&mut export).stdout).contains("Meridian Lettings"));
    let backup = shared.command().args(["backup", "--config"]).arg(&shared.configured.path).arg("x").output().unwrap();
    assert_eq!(backup.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&backup.stderr).contains("with its own tools"), "{backup:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_replica_takes_the_lead_from_one_that_is_killed_in_a_save_and_nothing_is_done_twice() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let leads = shared.serve().await;
    assert!(create(&leads, "customer-before").await.location.starts_with("/sandbox/organisations/"));
    let next = shared.serve().await;
    next.logs("another replica leads").await;
    let slow = FaultKind::Latency(Duration::from_secs(2));
    sandbox.inject(Fault::new(System::OneIdSandbox, slow).on(&Method::POST, "/v1/organisations"));
    let pool = PgPool::connect(&shared.url).await.unwrap();
    let resolved = async || {
        let resolutions = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM audit_resolutions");
        resolutions.fetch_one(&pool).await.unwrap()
    };
    let killed = async {
        let is_creation = |request: &ReceivedRequest| request.method == "POST" && request.path == "/v1/organisations";
        until(async || sandbox.requests().iter().filter(|request| is_creation(request)).count() == 2).await;
        // What is under way at one replica is nothing to settle at another.
        assert_eq!(resolved().await, 0);
        leads.signal("KILL");
    };
    let form = [("connection", "sandbox"), ("draft", ""), ("name", "customer-killed"), ("enabled", "true")];
    let (answer, ()) = tokio::join!(leads.try_post("/api/organisations/create", &form, HTML, "admins"), killed);
    assert!(answer.is_none(), "{answer:?}");
    next.logs("this replica leads from now on").await;
    assert!(create(&next, "customer-after").await.location.starts_with("/sandbox/organisations/"));
    let recorded: Vec<String> = sqlx::query_scalar("SELECT object_name FROM audit_intents WHERE action = 'create'")
        .fetch_all(&pool)
        .await
        .unwrap();
    let made = at_the_partner(&sandbox).await;
    let count = |all: &[String], name| all.iter().filter(|one| *one == name).count();
    for (name, most) in [("customer-before", 1..=1), ("customer-killed", 0..=1), ("customer-after", 1..=1)] {
        assert!(count(&recorded, name) == 1 && most.contains(&count(&made, name)), "{recorded:?} {made:?}");
    }
    let (_, log) = next.get("/audit?q=customer-killed", HTML).await;
    assert!(log.contains("customer-killed"), "{log}");
    let (_, observed) = next.get("/audit?action=observed", HTML).await;
    assert!(!observed.contains("customer-"), "a change from here is told as one of somebody else: {observed}");
    assert!(shared.verified().contains("The audit log is whole"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_replica_takes_the_lead_from_one_that_is_frozen_which_ends_when_it_goes_on() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let leads = shared.serve().await;
    let next = shared.serve().await;
    next.logs("another replica leads").await;
    leads.signal("STOP");
    next.logs("this replica leads from now on").await;
    assert!(create(&next, "customer-after").await.location.starts_with("/sandbox/organisations/"));
    leads.signal("CONT");
    let (status, _, log) = leads.ends().await;
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains("the connection to the other replicas was lost"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_led_to_a_standby_waits_until_that_is_promoted() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    server.become_standby();
    let pool = PgPool::connect(&shared.url).await.unwrap();
    let promoted = async {
        let tries = "SELECT sessions FROM pg_stat_database WHERE datname = current_database()";
        until(async || sqlx::query_scalar::<_, i64>(tries).fetch_one(&pool).await.unwrap() > 2).await;
        sqlx::query("SELECT pg_promote()").execute(&pool).await.unwrap();
    };
    let (dashboard, ()) = tokio::join!(shared.serve(), promoted);
    assert!(create(&dashboard, "Meridian Lettings").await.location.starts_with("/sandbox/organisations/"));
    assert!(dashboard.stop().contains("the database is a standby"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_replica_starts_beside_one_that_seals_with_another_key() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let first = shared.serve().await;
    let mut other = shared.serving();
    other.env("PARTNER_DASHBOARD_SEALING_KEY", "another-sealing-key-of-32-characters-or-more");
    let refused = other.output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(1) && said.contains("with another sealing key"), "{refused:?}");
    first.stop();
    let pool = PgPool::connect(&shared.url).await.unwrap();
    let left = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE '%replica %'";
    until(async || sqlx::query_scalar::<_, i64>(left).fetch_one(&pool).await.unwrap() == 0).await;
    Server::start(other).await.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_has_lost_its_locks_records_and_sends_nothing_and_ends() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let shared = Shared::new(&server, &sandbox).await;
    let replica = shared.serve().await;
    let pool = PgPool::connect(&shared.url).await.unwrap();
    sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%replica %'")
        .execute(&pool)
        .await
        .unwrap();
    // At once, before it has noticed.
    let form = [("connection", "sandbox"), ("draft", ""), ("name", "customer-late"), ("enabled", "true")];
    if let Some(answer) = replica.try_post("/api/organisations/create", &form, HTML, "admins").await {
        assert!(!answer.location.contains("/sandbox/organisations/o"), "{answer:?}");
    }
    let (status, _, log) = replica.ends().await;
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains("the connection to the other replicas was lost"), "{log}");
    assert!(!at_the_partner(&sandbox).await.contains(&"customer-late".to_owned()));
    let next = shared.serve().await;
    assert_eq!(next.get("/", HTML).await.0, 200);
}
