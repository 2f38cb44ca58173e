//! One token for all: fetched once, reused, renewed when the partner has forgotten it.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use futures::future::join_all;
use partner_dashboard::server::clock::ManualClock;
use partner_dashboard::server::sandbox::{Fault, FaultKind, System};
use time::macros::datetime;

use crate::support::{TestApp, TestOptions};

fn token_requests(app: &TestApp) -> usize {
    let requests = app.sandbox.requests().into_iter();
    requests.filter(|request| request.system == System::OneIdSandbox && request.path == "/v1/token").count()
}

#[tokio::test]
async fn one_token_serves_however_many_pages_ask_at_once() {
    let app = TestApp::start().await;
    let id = app.partner().await.organisation("Copperfield Books").await;
    app.sandbox.clear_requests();
    let paths = ["/sandbox/organisations", "/sandbox/clients", "/sandbox/organisations/new"].map(str::to_owned);
    let paths = paths.into_iter().chain([format!("/sandbox/organisations/{id}")]).cycle().take(40);
    let browser = app.browser();
    let browser = &browser;
    let answers = join_all(paths.map(|path| async move { browser.get(&path).await })).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
    assert_eq!(token_requests(&app), 1);
    let tokens: std::collections::BTreeSet<_> =
        app.sandbox.requests().into_iter().filter_map(|request| request.token).collect();
    assert_eq!(tokens.len(), 1, "every call carried the same one");
}

#[tokio::test]
async fn a_list_that_many_pages_wait_for_is_read_once() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let browser = &browser;
    join_all((0..20).map(|_| browser.get("/sandbox/organisations"))).await;
    let lists = app.sandbox.requests().into_iter().filter(|request| request.path == "/v1/organisations").count();
    assert_eq!(lists, 1);
}

#[tokio::test]
async fn a_token_that_the_partner_forgot_is_renewed_and_the_call_repeated_once() {
    let app = TestApp::start().await;
    let id = app.partner().await.organisation("Copperfield Books").await;
    let browser = app.browser();
    browser.page(&format!("/sandbox/organisations/{id}")).await;
    app.sandbox.inject(Fault::new(System::OneIdSandbox, FaultKind::ExpireTokens));
    app.sandbox.clear_requests();
    let page = browser.page(&format!("/sandbox/organisations/{id}")).await;
    assert_eq!(page.text("h1"), "Copperfield Books");
    assert_eq!(token_requests(&app), 1);
}

#[tokio::test]
async fn a_creation_with_a_forgotten_token_is_carried_out_exactly_once() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let form = browser.form("/sandbox/organisations/new").await.set("name", "Made once").clear("parent_id");
    app.sandbox.inject(Fault::new(System::OneIdSandbox, FaultKind::ExpireTokens));
    app.sandbox.clear_requests();
    browser.submit(&form).await.location();
    let posts: Vec<_> =
        app.sandbox.requests().into_iter().filter(|request| request.path == "/v1/organisations").collect();
    let statuses: Vec<_> =
        posts.iter().filter(|request| request.method == "POST").map(|request| request.status).collect();
    assert_eq!(statuses, [Some(401), Some(201)]);
    assert_eq!(app.partner().await.count("Made once").await, 1);
}

#[tokio::test]
async fn a_partner_that_refuses_every_token_is_not_asked_for_ever() {
    let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 12:00 UTC)));
    let app = TestApp::with(TestOptions { clock: clock.clone(), ..TestOptions::empty() }).await;
    app.browser().page("/sandbox/organisations").await;
    // The list that was read is old; the token is still good.
    clock.advance(Duration::from_hours(2));
    let refusal = FaultKind::status(StatusCode::UNAUTHORIZED);
    app.sandbox.inject(Fault::new(System::OneIdSandbox, refusal).on(&Method::GET, "/v1/organisations"));
    app.sandbox.clear_requests();
    let answer = app.browser().get("/sandbox/organisations").await;
    assert_eq!(answer.status, StatusCode::OK, "what is known is shown");
    let page = answer.page().main();
    assert!(page.contains("as of 2 hours ago") && page.contains("OneID did not allow this."), "{page}");
    let calls = app.sandbox.requests().into_iter().filter(|request| request.method == "GET").count();
    assert!(calls <= 2 && token_requests(&app) <= 1, "{calls} calls");
}
