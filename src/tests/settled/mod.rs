//! A change whose outcome nobody knows is looked up at the partner, recorded as found out, and never sent again.

mod creations;

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use partner_dashboard::domain::audit::{AuditEntry, Outcome, Place};
use partner_dashboard::server::clock::ManualClock;
use partner_dashboard::server::sandbox::FaultKind;
use partner_dashboard::server::services::objects::settle::Settler;
use serde_json::json;
use time::OffsetDateTime;
use tokio::sync::watch;

use crate::support::{Browser, TestApp, TestOptions, changes};

/// What the server does by itself, on a clock that a test moves.
struct Rounds {
    settler: Settler,
    clock: Arc<ManualClock>,
}

impl Rounds {
    fn of(app: &TestApp) -> Self {
        let clock = Arc::new(ManualClock::new(OffsetDateTime::now_utc()));
        let settler = Settler::new(
            watch::Sender::new(app.connections.clone()).subscribe(),
            app.audit_of_the_next_start(),
            clock.clone(),
            app.locks.clone(),
        );
        Self { settler, clock }
    }

    async fn settle(&mut self) {
        self.settler.settle().await.unwrap();
    }

    /// Long enough for everything that a partner may still be at work on.
    fn wait(&self) {
        self.clock.advance(Duration::from_mins(2));
    }
}

impl TestApp {
    /// What the next start of the server does, and what it does some minutes later.
    pub async fn settle(&self) {
        let mut rounds = Rounds::of(self);
        rounds.settle().await;
        rounds.wait();
        rounds.settle().await;
    }

    async fn newest(&self) -> AuditEntry {
        self.audit.list(&changes(), Place::Newest, 1).await.unwrap().items.remove(0)
    }

    /// The server ended before it wrote what came of the last change.
    async fn lose_completions(&self) {
        self.sql("DROP TRIGGER audit_completions_are_never_removed").await;
        self.sql("INSERT OR IGNORE INTO audit_unknown_outcomes SELECT intent_id FROM audit_completions").await;
        self.sql("DELETE FROM audit_completions").await;
    }
}

async fn rename(browser: &Browser<'_>, id: &str, name: &str) {
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.set("name", name);
    let save = browser.form(&browser.submit(&form).await.location()).await;
    browser.submit(&save).await.location();
}

/// Renames it over a connection that breaks before the partner sees anything.
async fn lose_rename(app: &TestApp, browser: &Browser<'_>, id: &str) {
    app.fault(&Method::PUT, FaultKind::Drop);
    rename(browser, id, "Renamed").await;
    app.sandbox.clear_faults();
}

/// Fills in the form at a path below the connection, and sends it to a partner with a fault.
async fn lose_creation(app: &TestApp, browser: &Browser<'_>, path: &str, name: &str, fault: FaultKind) {
    let form = browser.form(&format!("/sandbox/{path}")).await.named(name);
    app.fault(&Method::POST, fault);
    browser.submit(&form).await.location();
    app.sandbox.clear_faults();
}

#[tokio::test]
async fn an_update_that_reached_the_partner_is_found_applied_and_the_entry_says_how() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    rename(&browser, &id, "Renamed").await;
    app.lose_completions().await;
    app.sandbox.clear_requests();
    app.settle().await;
    let entry = app.newest().await;
    assert_eq!((entry.outcome(), entry.completion.clone()), (Outcome::Applied, None));
    let page = browser.page(&format!("/audit/{}", entry.id)).await;
    assert!(page.main().contains("Established later"), "{}", page.main());
    assert!(page.main().contains("has the requested values"), "{}", page.main());
    assert!(app.writes().is_empty(), "nothing is sent again");
}

#[tokio::test]
async fn an_update_that_did_not_reach_the_partner_is_found_not_applied() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    lose_rename(&app, &browser, &id).await;
    assert_eq!(app.newest().await.outcome(), Outcome::Unknown);
    app.settle().await;
    assert_eq!(app.newest().await.outcome(), Outcome::NotApplied);
    let log = browser.page("/audit?outcome=not_applied").await;
    assert!(log.text("tbody tr").contains("Not applied"));
    assert!(!browser.page("/audit?outcome=unknown").await.has("tbody tr"));
}

#[tokio::test]
async fn an_update_that_a_proxy_denied_in_the_partners_place_is_looked_up_again_after_an_hour() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    rename(&browser, &id, "Renamed").await;
    app.lose_completions().await;
    let mut rounds = Rounds::of(&app);
    app.fault(&Method::GET, FaultKind::status(StatusCode::NOT_FOUND));
    rounds.settle().await;
    rounds.wait();
    rounds.settle().await;
    app.sandbox.clear_faults();
    app.sandbox.clear_requests();
    rounds.clock.advance(Duration::from_mins(59));
    rounds.settle().await;
    assert!(app.sandbox.requests().is_empty(), "it rests");
    rounds.clock.advance(Duration::from_mins(1));
    rounds.settle().await;
    assert_eq!(app.newest().await.outcome(), Outcome::Applied);
}

#[tokio::test]
async fn an_update_of_an_object_that_somebody_changed_since_stays_unknown() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    rename(&browser, &id, "Renamed").await;
    app.lose_completions().await;
    partner.change(&format!("/organisations/{id}"), json!({"name": "By somebody else"})).await;
    app.settle().await;
    let entry = app.newest().await;
    assert_eq!((entry.outcome(), entry.resolution), (Outcome::Unknown, None));
}

#[tokio::test]
async fn what_stays_unknown_is_on_the_overview_of_those_who_may_read_the_log() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let (browser, partner) = (app.browser_of("ada", "admins"), app.partner().await);
    assert!(!browser.page("/").await.main().contains("Outcome unknown"));
    let id = partner.organisation("Copperfield Books").await;
    rename(&browser, &id, "Renamed").await;
    // Long enough ago that it cannot be under way.
    app.sql("DROP TRIGGER audit_intents_are_never_changed").await;
    app.sql("UPDATE audit_intents SET intended_at = '2026-01-01T12:00:00.000Z'").await;
    app.lose_completions().await;
    partner.change(&format!("/organisations/{id}"), json!({"name": "By somebody else"})).await;
    app.settle().await;
    let page = browser.page("/").await;
    assert!(page.main().contains("Outcome unknown: 1 change may or may not have been applied"), "{}", page.main());
    let listed = browser.page(&page.link("View in the audit log")).await;
    assert_eq!(listed.count("tbody tr"), 1);
    assert!(!app.browser_of("eve", "viewers").page("/").await.main().contains("Outcome unknown"));
}

#[tokio::test]
async fn what_the_partner_does_not_answer_is_settled_when_it_does() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    rename(&browser, &id, "Renamed").await;
    app.lose_completions().await;
    app.fault(&Method::GET, FaultKind::Drop);
    let mut rounds = Rounds::of(&app);
    rounds.settle().await;
    assert_eq!(app.newest().await.outcome(), Outcome::Unknown);
    app.sandbox.clear_faults();
    rounds.settle().await;
    assert_eq!(app.newest().await.outcome(), Outcome::Applied);
}

#[tokio::test]
async fn what_the_partner_carries_out_after_the_next_start_is_not_recorded_as_not_applied() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    lose_rename(&app, &browser, &id).await;
    let mut rounds = Rounds::of(&app);
    rounds.settle().await;
    assert_eq!(app.newest().await.outcome(), Outcome::Unknown, "it may still be at work on it");
    partner.change(&format!("/organisations/{id}"), json!({"name": "Renamed"})).await;
    rounds.settle().await;
    assert_eq!(app.newest().await.outcome(), Outcome::Applied);
}

#[tokio::test]
async fn a_change_that_was_sent_again_is_not_credited_with_the_second_one() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    lose_rename(&app, &browser, &id).await;
    rename(&browser, &id, "Renamed").await;
    app.settle().await;
    let first = app.audit.find(2).await.unwrap().unwrap();
    assert_eq!((first.outcome(), app.newest().await.outcome()), (Outcome::Unknown, Outcome::Applied));
}

#[tokio::test]
async fn a_hundred_entries_that_stay_unknown_hide_none_that_can_be_settled() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    sqlx::query("DROP TRIGGER audit_intents_have_their_leaves").execute(app.pool()).await.unwrap();
    for number in 0..110 {
        let statement = format!(
            "INSERT INTO audit_intents (intended_at, actor_subject, actor_name, actor_role, actor_groups, request_id,
                 action, connection, environment, object_kind, object_name, changes)
             VALUES ('2026-01-01T12:00:00.000Z', 'ada', 'Ada', 'admin', '[]', 'r-{number}', 'send_message', 'gone',
                 'sandbox', 'connection', 'gone', '{}')",
            if number == 50 { "{}" } else { "[]" }
        );
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(app.pool()).await.unwrap();
    }
    rename(&browser, &id, "Renamed").await;
    app.lose_completions().await;
    app.settle().await;
    assert_eq!(app.newest().await.outcome(), Outcome::Applied, "and one that cannot be read does not hide it either");
}
