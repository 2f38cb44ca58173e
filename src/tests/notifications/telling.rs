//! What is told, and that each thing is told once.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use partner_dashboard::domain::connection::Environment;
use partner_dashboard::domain::notification::NotificationEvent;
use partner_dashboard::server::backup::BackupSettings;
use partner_dashboard::server::clock::{Clock, ManualClock};
use partner_dashboard::server::connections::Monitor;
use partner_dashboard::server::notifications::{Notifications, Sources, TargetSettings};
use partner_dashboard::server::oauth::single_use_http_client;
use partner_dashboard::server::sandbox::{FaultKind, System};
use serde_json::json;
use tokio::sync::watch;

use super::receiver::Receiver;
use super::{NOON, app, checked, checked_twice, deliver, detect, fail, target, told_of, webhook};
use crate::observed::changed_elsewhere;
use crate::support::{TestApp, TestOptions, monitored_settings};

#[tokio::test]
async fn a_state_is_told_when_two_checks_agree_and_once() {
    let receiver = Receiver::start().await;
    let (mut app, clock) = told_of(NotificationEvent::ConnectionState, &receiver).await;
    checked_twice(&app).await;
    deliver(&app).await;
    assert!(receiver.take().is_empty(), "that it works is no news");
    // One that comes and goes is told of by nobody.
    for _ in 0..3 {
        fail(&app, System::OneIdSandbox);
        checked(&app).await;
        app.sandbox.clear_faults();
        clock.advance(Duration::from_mins(1));
        checked(&app).await;
    }
    deliver(&app).await;
    assert!(receiver.take().is_empty());
    fail(&app, System::OneIdSandbox);
    checked(&app).await;
    clock.advance(Duration::from_mins(1));
    for _ in 0..3 {
        checked(&app).await;
        deliver(&app).await;
        app = app.restarted().await;
    }
    let told = receiver.take();
    assert_eq!(told.len(), 1, "once, also across restarts");
    assert_eq!(told[0].json()["data"]["since"], "2026-11-24T12:03:00Z", "since the first of the checks");
    app.sandbox.clear_faults();
    checked_twice(&app).await;
    deliver(&app).await;
    assert_eq!(receiver.titles(), ["sandbox (OneID sandbox) is healthy again"]);
}

#[tokio::test]
async fn filters_limit_what_is_about_a_connection() {
    let (production, bookings, all) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    let (app, _) = app(vec![
        TargetSettings { environments: vec![Environment::Production], ..target("a", webhook(&production.url)) },
        TargetSettings { connections: vec!["bookings".to_owned()], ..target("b", webhook(&bookings.url)) },
        target("c", webhook(&all.url)),
    ])
    .await;
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    deliver(&app).await;
    assert_eq!([production, bookings, all].map(|receiver| receiver.take().len()), [0, 0, 1]);
}

#[tokio::test]
async fn a_secret_is_told_of_a_month_a_week_and_a_day_before_it_ends() {
    let receiver = Receiver::start().await;
    let (app, clock) = app(Vec::new()).await;
    let of_clock: Arc<dyn Clock> = clock.clone();
    let description = app.sandbox.description();
    let mut settings = monitored_settings(&description.connections[0], &of_clock);
    settings.client_secret_expires = Some((NOON + time::Duration::days(40)).date());
    let monitor = Monitor::new(vec![settings], &of_clock, None);
    let sources = Sources { monitor: watch::Sender::new(monitor).subscribe(), audit: app.audit.clone(), backups: None };
    let notifications = || {
        let (url, client) = ("https://x.example".parse().unwrap(), single_use_http_client().unwrap());
        let targets = vec![target("ops", webhook(&receiver.url))];
        Arc::new(Notifications::new(
            targets,
            url,
            client,
            of_clock.clone(),
            (Arc::clone(&app.stores.notifications), app.stores.writer.clone()),
        ))
    };
    let mut told = Vec::new();
    for day in 0..45 {
        // Every day is a new start.
        let notifications = notifications();
        for _ in 0..2 {
            notifications.detect(&sources).await;
        }
        notifications.deliver().await;
        told.extend(receiver.titles().into_iter().map(|title| (day, title)));
        clock.advance(Duration::from_hours(24));
    }
    let title = |when: &str| format!("The client secret of sandbox ends {when} (3 Jan 2027)");
    assert_eq!(told, [(10, title("in 30 days")), (33, title("in 7 days")), (39, title("tomorrow"))]);
}

#[tokio::test]
async fn what_others_changed_within_a_minute_is_one_message() {
    let receiver = Receiver::start().await;
    let (app, clock) = told_of(NotificationEvent::ObservedChange, &receiver).await;
    let partner = app.partner().await;
    changed_elsewhere(&app, &partner, "Copperfield Books", json!({"name": "Before"})).await;
    detect(&app).await;
    deliver(&app).await;
    assert!(receiver.take().is_empty(), "what was there before is no news");
    changed_elsewhere(&app, &partner, "Before", json!({"name": "One"})).await;
    changed_elsewhere(&app, &partner, "One", json!({"name": "Two"})).await;
    let app = app.restarted().await;
    clock.advance(Duration::from_mins(1));
    for expected in [1, 0] {
        detect(&app).await;
        deliver(&app).await;
        let came = receiver.take();
        assert_eq!(came.len(), expected);
        if let Some(one) = came.first() {
            assert_eq!(one.title(), "2 changes were made elsewhere on sandbox");
            assert_eq!(one.json()["data"]["details"].as_array().unwrap().len(), 2);
            let url = one.json()["data"]["url"].as_str().unwrap().to_owned();
            assert!(url.contains("/audit?") && url.contains("connection=sandbox"), "{url}");
        }
        clock.advance(Duration::from_mins(1));
    }
}

#[tokio::test]
async fn an_outcome_that_stays_unknown_is_told_after_five_minutes() {
    let receiver = Receiver::start().await;
    let (app, clock) = told_of(NotificationEvent::UnknownOutcome, &receiver).await;
    let form = app.browser().form("/sandbox/organisations/new").await.set("name", "Perhaps");
    app.fault(&Method::POST, FaultKind::DropAfter);
    app.browser().submit(&form).await;
    for (minutes, expected) in [(1, 0), (3, 0), (1, 1), (1, 0)] {
        clock.advance(Duration::from_mins(minutes));
        detect(&app).await;
        deliver(&app).await;
        let came = receiver.take();
        assert_eq!(came.len(), expected, "{minutes}");
        if let Some(one) = came.first() {
            assert!(one.title().contains("tried to create “Perhaps” on sandbox"), "{}", one.title());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_fails_is_told_once_and_when_one_is_taken() {
    let (receiver, folder) = (Receiver::start().await, tempfile::tempdir().unwrap());
    let (clock, to) = (Arc::new(ManualClock::new(NOON)), folder.path().join("backups"));
    std::fs::write(&to, "in the way").unwrap();
    let backup = BackupSettings { every: Duration::from_hours(24), keep: NonZeroU32::new(2).unwrap(), to: to.clone() };
    let options = TestOptions {
        backup: Some(backup),
        clock: clock.clone(),
        notifications: vec![target("ops", webhook(&receiver.url))],
        ..TestOptions::empty()
    };
    let app = TestApp::with(options).await;
    for expected in [vec!["A backup failed"], vec![]] {
        app.backups().take_if_due(&app.audit).await;
        detect(&app).await;
        deliver(&app).await;
        assert_eq!(receiver.titles(), expected);
        clock.advance(Duration::from_mins(16));
    }
    let app = app.restarted().await;
    detect(&app).await;
    deliver(&app).await;
    assert!(receiver.take().is_empty(), "a restart is no backup");
    std::fs::remove_file(&to).unwrap();
    std::fs::create_dir(&to).unwrap();
    app.backups().take_if_due(&app.audit).await;
    for expected in [vec!["Backups are taken again"], vec![]] {
        detect(&app).await;
        deliver(&app).await;
        assert_eq!(receiver.titles(), expected);
    }
}
