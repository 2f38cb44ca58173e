//! Notifications: what is told, how it is sent to real receivers on loopback, and their page.

mod audit_log;
mod channels;
mod delivery;
mod email;
mod email_tls;
mod mail_server;
mod page;
mod quiet_hours;
pub mod receiver;
mod telling;

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use partner_dashboard::domain::notification::{NotificationEvent, TargetState};
use partner_dashboard::server::clock::ManualClock;
use partner_dashboard::server::notifications::{Channel, QuietHours, SecretUrl, TargetSettings};
use partner_dashboard::server::sandbox::{Fault, FaultKind, System};
use time::OffsetDateTime;
use time::macros::datetime;

use self::receiver::Receiver;
use crate::support::{TestApp, TestOptions};

/// A person whose name tries everything.
const HOSTILE: &str = "<!channel> [x](https://evil.example) *b* & \r\nBcc: all@evil.example\r\n\r\n\u{202e}Ada";
/// A Tuesday noon.
const NOON: OffsetDateTime = datetime!(2026-11-24 12:00 UTC);

/// A target of which everything is left as it is by default.
fn target(name: &str, channel: Channel) -> TargetSettings {
    TargetSettings {
        name: name.to_owned(),
        channel,
        events: NotificationEvent::CHOICES.to_vec(),
        connections: Vec::new(),
        environments: Vec::new(),
        quiet_hours: None,
    }
}

fn webhook(url: &str) -> Channel {
    Channel::Webhook { url: SecretUrl::new(&url.parse().unwrap()), key: None }
}

/// A target that nobody listens at.
pub fn target_nowhere() -> TargetSettings {
    target("nowhere", webhook("http://127.0.0.1:9/"))
}

/// An application at noon with these targets, whose patience with them is short.
async fn app(targets: Vec<TargetSettings>) -> (TestApp, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(NOON));
    let options = TestOptions {
        notifications: targets,
        clock: clock.clone(),
        patience: Some(Duration::from_millis(500)),
        is_monitored: true,
        ..TestOptions::default()
    };
    (TestApp::with(options).await, clock)
}

fn night() -> QuietHours {
    QuietHours::new("22:00", "07:00", "Europe/London", false).unwrap()
}

/// The API of a connection fails from now on, or works again.
fn fail(app: &TestApp, system: System) {
    let down = FaultKind::status(StatusCode::SERVICE_UNAVAILABLE);
    app.sandbox.inject(Fault::new(system, down).on(&Method::GET, "/"));
}

/// Two checks of the sandbox, and what notifications make of them.
async fn checked_twice(app: &TestApp) {
    for _ in 0..2 {
        checked(app).await;
    }
}

/// A check of the sandbox, and what notifications make of it.
async fn checked(app: &TestApp) {
    check_now(app, "sandbox").await;
    detect(app).await;
}

async fn check_now(app: &TestApp, connection: &str) {
    let monitor = app.notifications.1.monitor.borrow().clone();
    monitor.find(connection).unwrap().check_now().await;
}

async fn detect(app: &TestApp) {
    app.notifications.0.detect(&app.notifications.1).await;
}

async fn deliver(app: &TestApp) {
    app.notifications.0.deliver().await;
}

/// The state of the only target.
async fn state(app: &TestApp) -> TargetState {
    app.notifications.0.states().await.remove(0)
}

/// An application with one target, which is told of one thing alone.
async fn told_of(event: NotificationEvent, receiver: &Receiver) -> (TestApp, Arc<ManualClock>) {
    app(vec![TargetSettings { events: vec![event], ..target("ops", webhook(&receiver.url)) }]).await
}
