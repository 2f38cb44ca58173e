//! A partner that accepts and never answers: nobody waits for those before them, what was read is shown with its age,
//! and other connections do not notice.

mod clients;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use futures::future::join_all;
use partner_dashboard::server::clock::ManualClock;
use partner_dashboard::server::sandbox::{Fault, FaultKind, System};
use time::macros::datetime;

use crate::support::{Browser, TestApp, TestOptions};

const LIST: &str = "/sandbox/organisations";
const CLIENTS: &str = "/sandbox/clients";
/// Longer than any test.
const NEVER: FaultKind = FaultKind::Latency(Duration::from_mins(10));

/// The sandbox environment accepts every question and answers none.
fn hang(app: &TestApp) {
    app.sandbox.inject(Fault::new(System::OneIdSandbox, NEVER).on(&Method::GET, "/v1"));
}

/// How often the sandbox environment was asked for paths with this end.
fn asked(app: &TestApp, end: &str) -> usize {
    let requests = app.sandbox.requests().into_iter();
    requests.filter(|request| request.system == System::OneIdSandbox && request.path.ends_with(end)).count()
}

/// An application whose calls give up soon, on a clock that stands still.
async fn impatient() -> (TestApp, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 12:00 UTC)));
    let patience = Some(Duration::from_millis(1_500));
    (TestApp::with(TestOptions { clock: clock.clone(), patience, ..TestOptions::default() }).await, clock)
}

/// The pages that twenty visitors look at.
async fn twenty_paths(app: &TestApp) -> Vec<String> {
    let id = app.partner().await.organisation("Copperfield Books").await;
    let own = format!("{LIST}/{id}");
    let paths = [LIST.to_owned(), own, format!("{LIST}/new"), CLIENTS.to_owned(), "/".to_owned()];
    app.sandbox.clear_requests();
    paths.into_iter().cycle().take(20).collect()
}

async fn timed(browser: &Browser<'_>, path: &str) -> (StatusCode, Duration) {
    let began = Instant::now();
    let status = browser.get(path).await.status;
    (status, began.elapsed())
}

/// Twenty visitors at once: each is answered within ten seconds, with an error where there is nothing to show.
async fn twenty_visitors(app: &TestApp, paths: &[String]) {
    let browser = app.browser();
    let browser = &browser;
    let answers = join_all(paths.iter().map(|path| async move { (path, timed(browser, path).await) })).await;
    for (path, (status, took)) in answers {
        assert!(took < Duration::from_secs(10), "{path} took {took:?}");
        assert_eq!(status.is_success(), path == "/", "{path}: {status}");
    }
}

#[tokio::test]
async fn twenty_visitors_are_all_answered_and_the_list_is_asked_for_once() {
    let (app, _clock) = impatient().await;
    let paths = twenty_paths(&app).await;
    hang(&app);
    let began = Instant::now();
    twenty_visitors(&app, &paths).await;
    assert!(began.elapsed() < Duration::from_secs(6), "nobody waited for another: {:?}", began.elapsed());
    assert_eq!(asked(&app, "/v1/organisations"), 1);
    let (status, took) = timed(&app.browser(), LIST).await;
    assert_eq!(status, StatusCode::GATEWAY_TIMEOUT);
    assert!(took < Duration::from_secs(1), "the failure is remembered: {took:?}");
    assert_eq!(asked(&app, "/v1/organisations"), 1);
}

#[tokio::test]
async fn a_token_endpoint_that_hangs_keeps_nobody_longer_than_ten_seconds() {
    let app = TestApp::start().await;
    let paths = twenty_paths(&app).await;
    app.sandbox.inject(Fault::new(System::OneIdSandbox, NEVER).on(&Method::POST, "/v1/token"));
    twenty_visitors(&app, &paths).await;
    assert_eq!(asked(&app, "/v1/organisations"), 0);
    assert_eq!(asked(&app, "/v1/token"), 1);
}

#[tokio::test]
async fn another_connection_is_as_fast_as_ever() {
    let app = TestApp::start().await;
    let browser = app.browser();
    hang(&app);
    let hanging = join_all((0..20).map(|_| browser.get(LIST)));
    let healthy = async {
        let mut took = Vec::new();
        for path in ["/production/organisations", "/production/clients", "/production/organisations/new"] {
            let (status, time) = timed(&browser, path).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            took.push(time);
        }
        took
    };
    let took = tokio::select! {
        took = healthy => took,
        _ = hanging => panic!("the hanging one was answered first"),
    };
    assert!(took.iter().all(|took| *took < Duration::from_secs(3)), "{took:?}");
}

#[tokio::test]
async fn the_overview_gives_each_connection_a_second_and_says_which_has_not_answered() {
    let app = TestApp::start().await;
    hang(&app);
    let began = Instant::now();
    let page = app.browser().page("/").await;
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(page.texts(".connection-card .pill"), ["No response yet"]);
    assert_eq!(page.text(".subline"), "1 of 2 connections has not responded yet.");
    assert_eq!(asked(&app, "/v1/organisations"), 1);
    app.browser().page("/").await;
    assert_eq!(asked(&app, "/v1/organisations"), 1, "the first read goes on");
}

#[tokio::test]
async fn what_was_read_is_shown_with_its_age_and_nothing_can_be_changed() {
    let (app, clock) = impatient().await;
    let browser = app.browser();
    let before = browser.page(LIST).await;
    browser.page(CLIENTS).await;
    assert!(!before.has(".notice-warning") && before.control("Create organisation").unwrap().attr("href").is_some());
    clock.advance(Duration::from_mins(4));
    hang(&app);
    let slow = browser.page(LIST).await;
    assert!(slow.text(".notice-warning").contains("OneID has not responded yet."), "{}", slow.text(".notice-warning"));
    // The read has failed by then.
    tokio::time::timeout(Duration::from_secs(5), async {
        while !browser.page(LIST).await.text(".notice-warning").contains("did not respond in time") {}
    })
    .await
    .unwrap();
    let page = browser.page(LIST).await;
    assert_eq!(
        page.text(".notice-warning"),
        "OneID did not respond in time. This data was loaded 4 minutes ago. \
         You cannot make changes until it responds."
    );
    assert_eq!(page.texts("tbody th"), before.texts("tbody th"));
    let button = page.control("Create organisation").unwrap();
    assert_eq!((button.attr("disabled"), button.attr("href")), (Some(""), None));
    assert_eq!(button.attr("title"), Some("You cannot make changes until OneID responds."));
    let clients = browser.page(CLIENTS).await;
    assert_eq!(clients.count("tbody tr"), 100);
    assert!(
        clients.text(".notice-warning").contains("This data was loaded 4 minutes ago"),
        "{}",
        clients.text(".notice-warning")
    );
    let overview = browser.page("/").await;
    assert_eq!(overview.texts(".connection-card .pill"), ["Failing"]);
    assert!(overview.text(".connection-card").contains("These counts are from 4 minutes ago."));
    app.sandbox.clear_faults();
    clock.advance(Duration::from_secs(4));
    let page = browser.page(LIST).await;
    assert!(!page.has(".notice-warning") && page.control("Create organisation").unwrap().attr("href").is_some());
}

#[tokio::test]
async fn a_parent_that_cannot_be_looked_up_is_refused_and_what_was_typed_is_kept() {
    let (app, clock) = impatient().await;
    let browser = app.browser();
    let form = browser.form(&format!("{LIST}/new")).await.set("name", "Typed during the outage");
    clock.advance(Duration::from_mins(4));
    hang(&app);
    app.sandbox.clear_requests();
    let page = browser.submit_and_follow(&form).await;
    assert!(app.writes().is_empty());
    let error = page.text("#parent_id-error");
    assert!(error.contains("OneID did not respond in time, so this parent could not be checked."), "{error}");
    let kept = page.form("form.form", "");
    assert_eq!(kept.values("name"), ["Typed during the outage"]);
    assert_eq!(kept.values("parent_id"), form.values("parent_id"));
    app.sandbox.clear_faults();
    clock.advance(Duration::from_secs(4));
    assert_eq!(browser.submit_and_follow(&kept).await.text("h1"), "Typed during the outage");
}

#[tokio::test]
async fn a_list_is_refreshed_by_its_button_at_most_every_five_seconds_and_never_by_a_link() {
    let (app, clock) = impatient().await;
    let browser = app.browser();
    let form = browser.page(LIST).await.form("form.refresh", LIST);
    app.sandbox.clear_requests();
    browser.page(&format!("{LIST}?refresh=true")).await;
    assert_eq!(asked(&app, "/v1/organisations"), 0, "a link refreshes nothing");
    for _ in 0..2 {
        let page = browser.submit_and_follow(&form).await;
        assert!(page.text(".subline").contains("as of just now"), "{}", page.text(".subline"));
    }
    assert_eq!(asked(&app, "/v1/organisations"), 1);
    clock.advance(Duration::from_secs(6));
    browser.submit_and_follow(&form).await;
    assert_eq!(asked(&app, "/v1/organisations"), 2);
    let clients = browser.page(CLIENTS).await.form("form.refresh", CLIENTS);
    assert_eq!(browser.submit(&clients).await.location(), CLIENTS);
}

#[tokio::test]
async fn the_overview_counts_all_connections_and_says_what_the_navigation_says() {
    let app = TestApp::start().await;
    let browser = app.browser();
    assert_eq!(browser.page("/").await.text(".subline"), "All systems operational (2 connections).");
    let app = TestApp::start().await;
    app.sandbox.inject(Fault::new(System::OneIdSandbox, FaultKind::Drop).on(&Method::GET, "/v1"));
    let page = app.browser().page("/").await;
    assert_eq!(page.text(".subline"), "1 of 2 connections is not working.");
    assert_eq!(page.text("#live-failing"), "1 failing");
}
