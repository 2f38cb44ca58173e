//! From a link to a page behind the sign-in.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use partner_dashboard::server::clock::{Clock as _, ManualClock, SystemClock};
use serde_json::json;

use super::ADA;
use crate::support::{Browser, CLIENT_SECRET, IdentityProvider, Lies, Person, TRUTH, TestApp, TestOptions};

pub async fn start() -> (IdentityProvider, TestApp) {
    let provider = IdentityProvider::start().await;
    let app = TestApp::with(TestOptions::signing_in_at(&provider)).await;
    (provider, app)
}

pub(super) async fn is_signed_in(browser: &Browser<'_>) -> bool {
    browser.get("/account").await.status == StatusCode::OK
}

#[tokio::test]
async fn a_deep_link_leads_through_the_sign_in_to_the_page_that_was_asked_for() {
    let (provider, app) = start().await;
    let browser = app.browser();
    let answer = browser.sign_in(&provider, ADA, "/sandbox/organisations?q=book&page=1").await;
    assert_eq!(answer.location(), "/sandbox/organisations?q=book&page=1");
    assert!(browser.page(&answer.location()).await.main().contains("Copperfield Books"));
    assert_eq!(browser.cookie_names(), ["session"], "the cookie of the sign-in is gone");
    let account = browser.page("/account").await;
    assert!(account.main().contains("Ada Lindqvist") && account.main().contains("staff"));
}

#[tokio::test]
async fn looking_for_a_page_leads_to_the_sign_in_and_a_form_or_an_island_is_told() {
    let (_provider, app) = start().await;
    let browser = app.browser();
    for page in ["/", "/sandbox/organisations?q=%26", "/audit/7", "/nowhere"] {
        let location = browser.get(page).await.location();
        let next = location.strip_prefix("/auth/login?next=").unwrap();
        let next: String = url::form_urlencoded::parse(format!("n={next}").as_bytes()).next().unwrap().1.into_owned();
        assert_eq!(next, page);
    }
    let form = browser.post_form("/api/organisations/create", &[("name", "Lost")]).await;
    assert_eq!((form.status, form.page().text("h1").as_str()), (StatusCode::UNAUTHORIZED, "Your session has ended"));
    let island = browser.post_island("/api/overview", &[]).await;
    assert_eq!((island.status, island.json()["code"].clone()), (StatusCode::UNAUTHORIZED, json!("unauthenticated")));
}

#[tokio::test]
async fn the_session_is_new_at_the_sign_in_and_a_planted_one_is_worth_nothing() {
    let (provider, app) = start().await;
    let (victim, other) = (app.browser(), app.browser());
    other.sign_in(&provider, Person { subject: "u-mallory", ..ADA }, "/account").await;
    let planted = other.cookie("session").unwrap();
    victim.set_cookie("session", &planted);
    let login = victim.get("/auth/login").await.location();
    victim.get(&provider.authorize(&login, ADA)).await;
    assert_ne!(victim.cookie("session").unwrap(), planted);
    assert!(victim.page("/account").await.main().contains("u-ada"));
    assert!(!is_signed_in(&other).await, "what was known before the sign-in knows nothing after it");
}

#[tokio::test]
async fn a_callback_works_once_and_in_the_browser_that_began_alone() {
    let (provider, app) = start().await;
    let browser = app.browser();
    let location = browser.get("/auth/login").await.location();
    let callback = provider.authorize(&location, ADA);
    let elsewhere = app.browser().get(&callback).await;
    assert_eq!(elsewhere.status, StatusCode::BAD_REQUEST, "login CSRF");
    assert_eq!(provider.requests("/token"), 0, "the code was not spent on it");
    assert_eq!(browser.get(&callback).await.location(), "/");
    let again = browser.get(&callback).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert!(again.page().main().contains("already been completed"));
    assert!(is_signed_in(&browser).await, "the session that there is stays");
}

#[tokio::test]
async fn sign_ins_in_two_tabs_do_not_disturb_each_other() {
    let (provider, app) = start().await;
    let browser = app.browser();
    let first = browser.get("/auth/login?next=/audit").await.location();
    let second = browser.get("/auth/login?next=/connections").await.location();
    assert_eq!(browser.get(&provider.authorize(&second, ADA)).await.location(), "/connections");
    assert_eq!(browser.get(&provider.authorize(&first, ADA)).await.location(), "/audit");
}

#[tokio::test]
async fn sign_ins_that_are_not_finished_leave_room_in_the_cookies_and_the_newest_works() {
    let (provider, app) = start().await;
    let browser = app.browser();
    let mut newest = String::new();
    for _ in 0..30 {
        newest = browser.get("/auth/login?next=/audit").await.location();
        let request = browser.request(Method::GET, "/").body(Body::empty()).unwrap();
        assert!(request.headers()[header::COOKIE].len() < 4_096, "{:?}", browser.cookie_names());
    }
    assert!(browser.cookie_names().len() > 6, "those of other tabs stay");
    assert_eq!(browser.get(&provider.authorize(&newest, ADA)).await.location(), "/audit");
}

#[tokio::test]
async fn a_sign_in_that_takes_too_long_begins_anew() {
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let provider = IdentityProvider::with(TRUTH, clock.clone()).await;
    let app = TestApp::with(TestOptions { clock: clock.clone(), ..TestOptions::signing_in_at(&provider) }).await;
    let browser = app.browser();
    let location = browser.get("/auth/login?next=/audit").await.location();
    clock.advance(Duration::from_mins(10));
    let late = browser.get(&provider.authorize(&location, ADA)).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST);
    assert_eq!(late.page().link("Try again"), "/auth/login?next=%2F");
}

#[tokio::test]
async fn rotated_keys_stop_nobody_from_signing_in() {
    let (provider, app) = start().await;
    for id in ["elliptic-2", "elliptic-3", "elliptic-4"] {
        app.browser_signed_in(&provider, ADA).await;
        provider.rotate(id, id != "elliptic-4");
        app.browser_signed_in(&provider, ADA).await;
    }
    assert_eq!(provider.requests("/keys"), 4, "once at first, and once for each rotation");
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_told_and_tried_again() {
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let provider = IdentityProvider::with(TRUTH, clock.clone()).await;
    let app = TestApp::with(TestOptions { clock: clock.clone(), ..TestOptions::signing_in_at(&provider) }).await;
    provider.lie(Lies { discovery: |document| *document = json!("maintenance"), ..TRUTH });
    let browser = app.browser();
    let answer = browser.get("/auth/login?next=/audit").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.page().main().contains("Your identity provider is not responding"));
    let again = answer.page().link("Try again");
    let asked = provider.requests("/.well-known/openid-configuration");
    for _ in 0..20 {
        assert_eq!(app.browser().get("/auth/login").await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_eq!(provider.requests("/.well-known/openid-configuration"), asked, "nobody waits for it meanwhile");
    provider.lie(TRUTH);
    clock.advance(Duration::from_secs(2));
    let location = browser.get(&again).await.location();
    assert_eq!(browser.get(&provider.authorize(&location, ADA)).await.location(), "/audit");
}

#[tokio::test]
async fn nobody_without_a_role_is_let_in_and_they_can_sign_out() {
    let (provider, app) = start().await;
    let browser = app.browser();
    browser.sign_in(&provider, Person { groups: &["strangers"], ..ADA }, "/account").await;
    let answer = browser.get("/account").await;
    assert_eq!((answer.status, answer.page().text("h1").as_str()), (StatusCode::FORBIDDEN, "You don’t have access"));
    let form = answer.page().form("form", "/account");
    assert_eq!(browser.submit(&form).await.status, StatusCode::OK);
    assert!(browser.get("/account").await.location().starts_with("/auth/login"));
}

#[tokio::test]
async fn nothing_that_is_kept_or_shown_holds_a_token_or_the_clients_secret() {
    let (provider, app) = start().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let page = browser.get("/account").await.body;
    let (rows,): (String,) =
        sqlx::query_as("SELECT coalesce(group_concat(data), '') FROM sessions").fetch_one(app.pool()).await.unwrap();
    assert!(rows.contains("u-ada"));
    for text in [page, rows] {
        for canary in ["canary-access-token", CLIENT_SECRET, "eyJ"] {
            assert!(!text.contains(canary), "{canary}");
        }
    }
}

#[tokio::test]
async fn a_kept_cookie_of_a_sign_in_does_not_make_it_work_twice() {
    let (provider, app) = start().await;
    let browser = app.browser();
    let location = browser.get("/auth/login").await.location();
    let cookie = browser.cookie_names().pop().unwrap();
    let sealed = browser.cookie(&cookie).unwrap();
    let callback = provider.authorize(&location, ADA);
    browser.get(&callback).await.location();
    for _ in 0..3 {
        browser.set_cookie(&cookie, &sealed);
        assert_eq!(browser.get(&callback).await.status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(provider.requests("/token"), 1, "the provider is not asked with codes that are made up");
}
