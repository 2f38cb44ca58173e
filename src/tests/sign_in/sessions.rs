//! How long sessions last, and the page where people see and end their own.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{StatusCode, header};
use partner_dashboard::domain::shell::{BACKGROUND_REQUEST, IN_BACKGROUND};
use partner_dashboard::server::clock::{Clock as _, ManualClock, SystemClock};

use super::ADA;
use crate::support::{Browser, IdentityProvider, Person, TRUTH, TestApp, TestOptions};

pub(super) async fn with_clock() -> (IdentityProvider, TestApp, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let provider = IdentityProvider::with(TRUTH, clock.clone()).await;
    let app = TestApp::with(TestOptions { clock: clock.clone(), ..TestOptions::signing_in_at(&provider) }).await;
    (provider, app, clock)
}

async fn is_signed_in(browser: &Browser<'_>) -> bool {
    browser.get("/account").await.status == StatusCode::OK
}

#[tokio::test]
async fn half_an_hour_without_a_request_ends_a_session() {
    let (provider, app, clock) = with_clock().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    for _ in 0..4 {
        clock.advance(Duration::from_mins(28));
        assert!(is_signed_in(&browser).await, "use keeps it");
    }
    clock.advance(Duration::from_mins(31));
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn what_an_open_page_asks_for_by_itself_keeps_no_session() {
    let (provider, app, clock) = with_clock().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let page = app.browser().header(BACKGROUND_REQUEST, IN_BACKGROUND);
    page.set_cookie("session", &browser.cookie("session").unwrap());
    clock.advance(Duration::from_mins(28));
    assert!(is_signed_in(&page).await);
    assert!(is_signed_in(&browser).await, "in the same moment, and it counts");
    for _ in 0..29 {
        clock.advance(Duration::from_mins(1));
        assert!(is_signed_in(&page).await);
    }
    clock.advance(Duration::from_mins(2));
    assert!(!is_signed_in(&page).await && !is_signed_in(&browser).await);
}

#[tokio::test]
async fn ten_hours_end_a_session_however_busy_it_is() {
    let (provider, app, clock) = with_clock().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    for _ in 0..23 {
        clock.advance(Duration::from_mins(26));
        assert!(is_signed_in(&browser).await);
    }
    clock.advance(Duration::from_mins(3));
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn people_see_their_own_sessions_and_end_them() {
    let (provider, app, _) = with_clock().await;
    let here = app.browser_signed_in(&provider, ADA).await;
    let there = app.browser().header("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");
    there.sign_in(&provider, ADA, "/account").await;
    let bystander = app.browser_signed_in(&provider, Person { subject: "u-bo", ..ADA }).await;
    let page = here.page("/account").await;
    assert_eq!(page.count("form[action='/api/sessions/end']"), 1, "one's own is ended by signing out");
    assert!(page.main().contains("This session"), "{}", page.main());
    let form = page.form("form[action='/api/sessions/end']", "/account");
    let told = here.submit_and_follow(&form).await;
    assert!(told.text("body").contains("The session has been ended."));
    assert!(is_signed_in(&here).await && !is_signed_in(&there).await && is_signed_in(&bystander).await);
}

#[tokio::test]
async fn nobody_ends_the_session_of_another_by_its_name() {
    let (provider, app, _) = with_clock().await;
    let ada = app.browser_signed_in(&provider, ADA).await;
    let second = app.browser_signed_in(&provider, ADA).await;
    let handle =
        ada.page("/account").await.form("form[action='/api/sessions/end']", "/account").values("handle")[0].to_owned();
    let mallory = app.browser_signed_in(&provider, Person { subject: "u-mallory", ..ADA }).await;
    let answer = mallory.post_island("/api/sessions/end", &[("handle", &handle)]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(is_signed_in(&ada).await && is_signed_in(&second).await);
}

#[tokio::test]
async fn all_other_sessions_end_at_once() {
    let (provider, app, _) = with_clock().await;
    let here = app.browser_signed_in(&provider, ADA).await;
    let others = [app.browser_signed_in(&provider, ADA).await, app.browser_signed_in(&provider, ADA).await];
    let form = here.page("/account").await.form("form[action='/api/sessions/end-others']", "/account");
    assert!(here.submit_and_follow(&form).await.text("body").contains("2 other sessions have been ended."));
    assert!(is_signed_in(&here).await && !is_signed_in(&others[0]).await && !is_signed_in(&others[1]).await);
}

#[tokio::test]
async fn the_cookies_are_bound_to_the_host_and_removed_in_the_same_words() {
    let provider = IdentityProvider::start().await;
    let public_url = "https://partners.example.com/".parse().unwrap();
    let app = TestApp::with(TestOptions { public_url, ..TestOptions::signing_in_at(&provider) }).await;
    let browser = app.browser();
    let login = browser.get("/auth/login").await;
    let attempt = login.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    let back = browser.get(&provider.authorize(&login.location(), ADA)).await;
    let cookies: Vec<_> =
        back.headers.get_all(header::SET_COOKIE).iter().map(|c| c.to_str().unwrap().to_owned()).collect();
    let removed = browser.post_form("/auth/logout", &[]).await;
    let removal = removed.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    for cookie in cookies.iter().chain([&attempt, &removal]) {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{part} is not in {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    assert!(removal.starts_with("__Host-session=;") && removal.contains("Max-Age=0"), "{removal}");
    assert_eq!(browser.cookie_names(), Vec::<String>::new());
}
