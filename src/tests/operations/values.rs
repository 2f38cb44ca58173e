//! The numbers of `/metrics`: each follows what it measures, so that a graph of it shows what happens.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use partner_dashboard::domain::audit::{Action, Actor, Intent, Target};
use partner_dashboard::server::audit::{StreamFormat, StreamSettings, StreamTarget};
use partner_dashboard::server::clock::ManualClock;
use partner_dashboard::server::sandbox::{Fault, FaultKind, System};
use serde_json::json;
use time::macros::datetime;

use crate::support::{TestApp, TestOptions, until};

/// An application at noon, that has read nothing.
async fn app() -> (TestApp, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 12:00 UTC)));
    let options = TestOptions { clock: clock.clone(), ..TestOptions::empty() };
    (TestApp::with(options).await, clock)
}

/// The value of one line; `None` where there is none.
async fn value(app: &TestApp, name: &str) -> Option<f64> {
    let name = format!("partner_dashboard_{name} ");
    app.metrics().await.lines().find_map(|line| line.strip_prefix(&name)?.parse().ok())
}

async fn assert_values(app: &TestApp, expected: &[(&str, Option<f64>)]) {
    for (name, expected) in expected {
        assert_eq!(value(app, name).await, *expected, "{name}");
    }
}

#[tokio::test]
async fn an_index_grows_old_until_it_is_read_and_says_how_many_lists_it_has_not_read() {
    let (app, clock) = app().await;
    let (organisations, clients, waiting) = (
        "index_organisations_age_seconds{connection=\"sandbox\"}",
        "index_clients_age_seconds{connection=\"sandbox\"}",
        "index_lists_waiting{connection=\"sandbox\"}",
    );
    assert_values(&app, &[(organisations, None), (clients, None), (waiting, Some(0.0))]).await;
    let body = json!({"name": "Meridian", "enabled": true});
    let id = app.partner().await.create("/organisations", &body).await;
    app.browser().page("/sandbox/organisations").await;
    assert_values(&app, &[(organisations, Some(0.0)), (clients, None), (waiting, Some(2.0))]).await;
    app.browser().page(&format!("/sandbox/organisations/{id}")).await;
    assert_values(&app, &[(organisations, Some(0.0)), (clients, Some(0.0)), (waiting, Some(1.0))]).await;
    clock.advance(Duration::from_hours(1));
    assert_values(&app, &[(organisations, Some(3600.0)), (clients, Some(3600.0))]).await;
}

#[tokio::test]
async fn a_connection_whose_partner_is_away_says_how_long_nobody_asks_it_in_the_background() {
    let (app, clock) = app().await;
    let pause = "index_pause_seconds{connection=\"sandbox\"}";
    assert_values(&app, &[(pause, Some(0.0))]).await;
    app.sandbox.inject(Fault::new(System::OneIdSandbox, FaultKind::status(StatusCode::SERVICE_UNAVAILABLE)));
    let index = Arc::clone(&app.connections.find("sandbox").unwrap().index);
    tokio::spawn(Arc::clone(&index).run());
    until(async || value(&app, pause).await > Some(0.0)).await;
    index.end();
    clock.advance(Duration::from_hours(1));
    assert_values(&app, &[(pause, Some(0.0))]).await;
}

#[tokio::test]
async fn what_the_log_has_not_taken_is_counted_with_its_age() {
    let (app, clock) = app().await;
    let values = ["audit_unwritten", "audit_unwritten_age_seconds", "audit_unknown_outcomes"];
    let form = app.browser().form("/sandbox/organisations/new").await.set("name", "Meridian");
    app.sql("CREATE TRIGGER full BEFORE INSERT ON audit_completions BEGIN SELECT RAISE(ABORT, 'full'); END").await;
    app.browser().submit(&form).await;
    clock.advance(Duration::from_secs(42));
    let of = |all: [f64; 3]| values.into_iter().zip(all.map(Some)).collect::<Vec<_>>();
    assert_values(&app, &of([1.0, 42.0, 1.0])).await;
    app.sql("DROP TRIGGER full").await;
    app.audit.catch_up().await.unwrap();
    assert_values(&app, &of([0.0, 0.0, 0.0])).await;
}

#[tokio::test]
async fn what_the_stream_has_not_taken_is_counted() {
    let (app, _clock) = app().await;
    assert_values(&app, &[("audit_stream_behind", None)]).await;
    let to = StreamTarget::File(PathBuf::from("/nonexistent/stream.jsonl"));
    tokio::spawn(app.audit.clone().stream(StreamSettings { to, format: StreamFormat::JsonLines }));
    let (actor, target) = (Actor::nobody("Partner Dashboard"), Target::of_dashboard(None));
    for _ in 0..3 {
        app.audit.note(Intent::event(Action::ConfigurationLoaded, actor.clone(), target.clone(), "")).await;
    }
    until(async || value(&app, "audit_stream_behind").await.is_some()).await;
    let records = value(&app, "audit_records").await;
    assert!(records >= Some(3.0), "{records:?}");
    assert_values(&app, &[("audit_stream_behind", records)]).await;
}
