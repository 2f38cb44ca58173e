//! A log that cannot be written is told, whatever waits for it; and that it can be written again.

use std::sync::Arc;
use std::time::Duration;

use partner_dashboard::domain::audit::{Action, Actor, AuditFilter, Intent, Place, Target};
use partner_dashboard::domain::notification::NotificationEvent;
use partner_dashboard::server::clock::ManualClock;
use sqlx::AssertSqlSafe;

use super::receiver::Receiver;
use super::{deliver, detect, told_of};
use crate::support::TestApp;

/// Lets a minute pass; what comes is urgent, comes once and says what waits.
async fn assert_told(app: &TestApp, clock: &ManualClock, receiver: &Receiver, waiting: &str) {
    for (seconds, expected) in [(0, 0), (59, 0), (1, 1), (600, 0)] {
        clock.advance(Duration::from_secs(seconds));
        detect(app).await;
        let counted = format!("partner_dashboard_notifications_waiting{{target=\"ops\"}} {expected}\n");
        assert!(app.metrics().await.contains(&counted), "after {seconds} seconds");
        deliver(app).await;
        let came = receiver.take();
        assert_eq!(came.len(), expected, "after {seconds} seconds");
        for one in came {
            assert_eq!(one.title(), "The audit log cannot be written");
            assert_eq!(one.json()["data"]["urgent"], true);
            let text =
                format!("The database does not take {waiting}. No more changes are sent to partners until it does.");
            assert!(one.body.contains(&text), "{}", one.body);
        }
    }
}

/// Lets what waits be written. It is told once that it could be.
async fn assert_over(app: &TestApp, receiver: &Receiver) {
    app.audit.catch_up().await.unwrap();
    app.audit.write_observed().await.unwrap();
    assert_eq!((app.audit.unwritten().await, app.audit.observed_waiting()), (0, 0));
    for expected in [vec!["The audit log can be written again"], vec![]] {
        detect(app).await;
        deliver(app).await;
        assert_eq!(receiver.titles(), expected);
    }
}

async fn start() -> (TestApp, Arc<ManualClock>, Receiver) {
    let receiver = Receiver::start().await;
    let (app, clock) = told_of(NotificationEvent::AuditLog, &receiver).await;
    (app, clock, receiver)
}

#[tokio::test]
async fn an_outcome_that_cannot_be_written_is_told_after_a_minute_and_when_it_can() {
    let (app, clock, receiver) = start().await;
    let form = app.browser().form("/sandbox/organisations/new").await.set("name", "Meridian");
    app.sql("CREATE TRIGGER full BEFORE INSERT ON audit_completions BEGIN SELECT RAISE(ABORT, 'full'); END").await;
    app.browser().submit(&form).await;
    assert_eq!(app.audit.unwritten().await, 1);
    assert_told(&app, &clock, &receiver, "the outcome of a change").await;
    app.sql("DROP TRIGGER full").await;
    assert_over(&app, &receiver).await;
}

#[tokio::test]
async fn an_event_that_cannot_be_written_is_told_as_the_outcome_of_a_change_is() {
    let (app, clock, receiver) = start().await;
    app.sql("CREATE TRIGGER full BEFORE INSERT ON audit_intents BEGIN SELECT RAISE(ABORT, 'full'); END").await;
    let (actor, target) = (Actor::nobody("Partner Dashboard"), Target::of_dashboard(None));
    app.audit.note(Intent::event(Action::ConfigurationLoaded, actor, target, "")).await;
    assert_eq!((app.audit.unwritten().await, app.audit.observed_waiting()), (0, 1));
    assert!(app.metrics().await.contains("partner_dashboard_audit_observed_waiting 1\n"));
    assert_told(&app, &clock, &receiver, "an event").await;
    app.sql("DROP TRIGGER full").await;
    assert_over(&app, &receiver).await;
}

/// From now on no row is added to any table, as on a disk that is full; or rows are again.
async fn fill_disk(app: &TestApp, is_full: bool) {
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(app.pool()).await.unwrap();
    for table in tables {
        let statement = if is_full {
            format!("CREATE TRIGGER full_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END")
        } else {
            format!("DROP TRIGGER full_{table}")
        };
        sqlx::query(AssertSqlSafe(statement)).execute(app.pool()).await.unwrap();
    }
}

/// Nothing waits at the partner then: without the event, nobody but the person would know. A creation uses up its form first, in
/// the same database; a change has a draft from before.
#[tokio::test]
async fn a_save_that_cannot_be_recorded_is_told_and_is_an_event_when_it_can() {
    let (app, clock, receiver) = start().await;
    let browser = app.browser();
    let create = browser.form("/sandbox/organisations/new").await.set("name", "Meridian Ltd");
    let organisation = app.partner().await.organisation("Copperfield Books").await;
    let edit = browser.form(&format!("/sandbox/organisations/{organisation}/edit")).await.set("name", "Copper");
    let change = browser.form(&browser.submit(&edit).await.location()).await;
    app.sandbox.clear_requests();
    fill_disk(&app, true).await;
    for form in [&create, &change, &change] {
        let answer = browser.call(form).await;
        assert_eq!(answer.json()["code"], "audit_unavailable", "{}", answer.body);
    }
    assert_eq!(app.audit.prevented_waiting(), 2, "the same again within a minute is one");
    assert!(app.metrics().await.contains("partner_dashboard_audit_observed_waiting 2\n"));
    assert_told(&app, &clock, &receiver, "the records of 2 saves, which were not sent").await;
    fill_disk(&app, false).await;
    assert_over(&app, &receiver).await;
    assert_eq!(app.writes(), Vec::<String>::new(), "nothing was sent, also not later");
    let log = browser.page("/audit?action=save_prevented").await.main();
    for name in ["2 matching entries", "Meridian Ltd", "Copperfield Books"] {
        assert!(log.contains(name), "{log}");
    }
    let filter = AuditFilter { action: Some(Action::SavePrevented), ..AuditFilter::default() };
    for entry in app.audit.list(&filter, Place::Newest, 10).await.unwrap().items {
        let page = browser.page(&format!("/audit/{}", entry.id)).await.main();
        assert!(page.contains("was prevented from saving") && page.contains("could not be written"), "{page}");
    }
}
