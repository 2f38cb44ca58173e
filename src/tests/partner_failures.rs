//! The partner is slow, broken or away: a sentence, a way to try again, and a log that knows what
//! is not known.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use partner_dashboard::domain::audit::{Outcome, Place};
use partner_dashboard::server::clock::ManualClock;
use partner_dashboard::server::sandbox::{Fault, FaultKind, System};
use time::macros::datetime;

use crate::support::{TestApp, TestOptions, changes};

/// A port that nothing listens on.
const DEAD: &str = "http://127.0.0.1:9/";

async fn outcome(app: &TestApp) -> Outcome {
    app.audit.list(&changes(), Place::Newest, 1).await.unwrap().items[0].outcome()
}

async fn impatient() -> TestApp {
    let options = TestOptions { patience: Some(Duration::from_millis(1_500)), ..TestOptions::default() };
    TestApp::with(options).await
}

#[tokio::test]
async fn every_page_says_what_is_wrong_with_the_partner_and_offers_to_try_again() {
    let html = FaultKind::Status {
        status: StatusCode::BAD_GATEWAY,
        body: Some("<html><script>alert(1)</script>proxy says no</html>".to_owned()),
        content_type: None,
    };
    let cases = [
        (FaultKind::status(StatusCode::INTERNAL_SERVER_ERROR), 502, "OneID is unavailable"),
        (FaultKind::status(StatusCode::SERVICE_UNAVAILABLE), 502, "OneID is unavailable"),
        (html, 502, "OneID is unavailable"),
        (FaultKind::status(StatusCode::TOO_MANY_REQUESTS), 503, "OneID is limiting requests"),
        (FaultKind::Malformed, 502, "OneID’s response could not be read"),
        (FaultKind::Truncate, 502, "The connection to OneID was lost"),
        (FaultKind::Drop, 502, "The connection to OneID was lost"),
        (FaultKind::Latency(Duration::from_mins(1)), 504, "OneID did not respond in time"),
    ];
    for (kind, status, title) in cases {
        // Each with an application that has read nothing yet: what is known is shown while a partner fails.
        let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 12:00 UTC)));
        let patience = Some(Duration::from_millis(1_500));
        let app = TestApp::with(TestOptions { clock: clock.clone(), patience, ..TestOptions::default() }).await;
        let partner = app.partner().await;
        let organisation = format!("/sandbox/organisations/{}", partner.organisation("Copperfield Books").await);
        let client = format!("/sandbox/clients/{}", partner.client("Lantern Pet", "vet-portal").await);
        let browser = app.browser();
        let paths = [
            "/sandbox/organisations?q=x&state=enabled".to_owned(),
            "/sandbox/organisations/new".to_owned(),
            "/sandbox/clients".to_owned(),
            organisation.clone(),
            format!("{organisation}/edit"),
            format!("{organisation}/history"),
            format!("{organisation}/clients/new"),
            client.clone(),
            format!("{client}/edit"),
            format!("{client}/history"),
        ];
        app.sandbox.inject(Fault::new(System::OneIdSandbox, kind.clone()).on(&Method::GET, "/v1"));
        for path in &paths {
            let answer = browser.get(path).await;
            assert_eq!(answer.status.as_u16(), status, "{kind:?} {path}");
            let page = answer.page();
            assert_eq!(page.text("h1"), title, "{kind:?} {path}");
            assert_eq!(page.link("Try again"), *path);
            assert!(!page.main().contains("proxy says no") && !answer.body.contains("alert(1)"), "{kind:?} {path}");
        }
        app.sandbox.clear_faults();
        // Nobody asks again for some seconds after a failure.
        clock.advance(Duration::from_secs(4));
        for path in &paths {
            assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path} works again");
        }
    }
}

#[tokio::test]
async fn a_partner_that_cannot_be_reached_is_a_page_and_not_a_wait() {
    let app = TestApp::with(TestOptions::with_partner_at(DEAD)).await;
    let browser = app.browser();
    for path in ["/sandbox/organisations", "/sandbox/organisations/new", "/sandbox/clients", "/sandbox/clients/x"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{path}");
        assert_eq!(answer.page().text("h1"), "OneID cannot be reached", "{path}");
        assert_eq!(answer.page().link("Try again"), path);
    }
    let overview = browser.page("/").await;
    assert_eq!(overview.texts(".connection-card .pill"), ["Failing", "Failing"]);
    assert!(overview.main().contains("2 of 2 connections are not working."));
}

#[tokio::test]
async fn one_broken_connection_does_not_hide_the_other() {
    let app = TestApp::start().await;
    app.sandbox.inject(Fault::new(System::OneIdSandbox, FaultKind::Drop).on(&Method::GET, "/v1"));
    let overview = app.browser().page("/").await;
    assert_eq!(overview.texts(".connection-card .pill"), ["Failing"]);
}

#[tokio::test]
async fn a_change_for_a_partner_that_cannot_be_reached_is_not_sent_and_kept() {
    let app = TestApp::with(TestOptions::with_partner_at(DEAD)).await;
    let browser = app.browser();
    let pairs = [("connection", "sandbox"), ("name", "Typed"), ("enabled", "true")];
    let answer = browser.post_form("/api/organisations/create", &pairs).await;
    assert!(answer.location().starts_with("/sandbox/organisations/new?draft="));
    assert_eq!(outcome(&app).await, Outcome::NotSent);
    let island = browser.post_island("/api/organisations/create", &pairs).await;
    assert_eq!(island.status, StatusCode::BAD_GATEWAY);
    assert_eq!(island.json()["code"]["partner"]["effect"], "none");
}

#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_unknown_and_never_repeated() {
    for kind in [
        FaultKind::DropAfter,
        FaultKind::Truncate,
        FaultKind::status(StatusCode::INTERNAL_SERVER_ERROR),
        FaultKind::Malformed,
        FaultKind::Latency(Duration::from_mins(1)),
    ] {
        let app = impatient().await;
        let (browser, partner) = (app.browser(), app.partner().await);
        let form = browser.form("/sandbox/organisations/new").await.set("name", "Made once");
        app.fault(&Method::POST, kind.clone());
        app.sandbox.clear_requests();
        let location = browser.submit(&form).await.location();
        let page = browser.page(&location).await;
        let notice = page.text(".notice-bad");
        assert!(notice.contains("The outcome is unknown: OneID may have applied the change."), "{kind:?}: {notice}");
        assert!(page.link("Check whether it was created").starts_with("/sandbox/unknown/"));
        assert_eq!(page.form("form.form", "").values("name"), ["Made once"]);
        assert_eq!(app.writes(), ["POST /v1/organisations"], "{kind:?}: sent once");
        assert_eq!(outcome(&app).await, Outcome::Unknown, "{kind:?}");
        let was_made = usize::from(matches!(kind, FaultKind::DropAfter | FaultKind::Truncate));
        assert_eq!(partner.count("Made once").await, was_made, "{kind:?}");
        let log = browser.page("/audit").await;
        assert!(log.text("tbody tr").contains("Unknown"));
    }
}

#[tokio::test]
async fn a_client_whose_answer_is_lost_is_made_at_most_once() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let root = partner.root().await;
    let form = browser.form(&format!("/sandbox/organisations/{root}/clients/new")).await.named("made-once");
    app.fault(&Method::POST, FaultKind::DropAfter);
    let page = browser.submit_and_follow(&form).await;
    assert!(page.text(".notice-bad").contains("The outcome is unknown: OneID may have applied the change."));
    let decision = browser.page(&page.link("Check whether it was created")).await;
    assert!(decision.text("section:has(#decision)").contains("made-once"), "{}", decision.main());
    let clients = partner.get(&format!("/organisations/{root}/clients")).await;
    assert_eq!(clients.as_array().unwrap().len(), 1);
    assert_eq!(outcome(&app).await, Outcome::Unknown);
}

#[tokio::test]
async fn a_save_whose_answer_is_lost_is_unknown_and_reviewed_against_what_is_there() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.set("name", "Saved once");
    let review = browser.submit(&form).await.location();
    let save = browser.form(&review).await;
    app.sandbox.clear_requests();
    app.fault(&Method::PUT, FaultKind::DropAfter);
    let location = browser.submit(&save).await.location();
    assert!(location.contains("step=review"));
    assert_eq!(app.writes(), [format!("PUT /v1/organisations/{id}")]);
    assert_eq!(outcome(&app).await, Outcome::Unknown);
    app.sandbox.clear_faults();
    let page = browser.page(&location).await;
    assert!(page.text(".notice-bad").contains("The outcome is unknown: OneID may have applied the change."));
    assert!(page.main().contains("No changes to save."), "it was done after all, and the review shows it");
    let page = browser.submit_and_follow(&page.form("form.form", &location)).await;
    assert!(page.main().contains("Nothing was sent"));
}

#[tokio::test]
async fn a_partner_that_gives_no_token_is_said_so() {
    let app = TestApp::empty().await;
    let refusal = FaultKind::Status {
        status: StatusCode::UNAUTHORIZED,
        body: Some(r#"{"error":"invalid_client","error_description":"Unknown client"}"#.to_owned()),
        content_type: Some("application/json".to_owned()),
    };
    app.sandbox.inject(Fault::new(System::OneIdSandbox, refusal).on(&Method::POST, "/v1/token"));
    let answer = app.browser().get("/sandbox/organisations").await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert_eq!(answer.page().text("h1"), "OneID did not accept this dashboard’s credentials");
    assert!(answer.page().main().contains("Unknown client"));
}
