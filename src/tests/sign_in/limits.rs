//! So many requests for each session, and so many sign-ins for each address.

use std::num::NonZeroU32;

use axum::http::{StatusCode, header};
use serde_json::json;

use super::ADA;
use crate::support::{IdentityProvider, TestApp, TestOptions};

#[tokio::test]
async fn a_session_that_asks_for_too_much_waits_and_disturbs_no_other() {
    let provider = IdentityProvider::start().await;
    let requests_per_minute = NonZeroU32::new(8).unwrap();
    let app = TestApp::with(TestOptions { requests_per_minute, ..TestOptions::signing_in_at(&provider) }).await;
    let (busy, quiet) = (app.browser_signed_in(&provider, ADA).await, app.browser_signed_in(&provider, ADA).await);
    for _ in 0..8 {
        assert_eq!(busy.get("/account").await.status, StatusCode::OK);
    }
    let refused = busy.get("/account").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    assert_eq!(refused.page().text("h1"), "Too many requests");
    let island = busy.post_island("/api/overview", &[]).await;
    assert_eq!(
        (island.status, island.json()["code"].clone()),
        (StatusCode::TOO_MANY_REQUESTS, json!("too_many_requests"))
    );
    assert_eq!(quiet.get("/account").await.status, StatusCode::OK);
    assert_eq!(app.browser().get("/auth/login").await.status, StatusCode::SEE_OTHER, "others can sign in");
}

/// Sign-ins that may begin in the minute in which a session may ask eight times.
const SIGN_INS: usize = 160;

#[tokio::test]
async fn whoever_begins_sign_ins_without_end_keeps_nobody_from_signing_out_or_from_coming_back() {
    let provider = IdentityProvider::start().await;
    let requests_per_minute = NonZeroU32::new(8).unwrap();
    let app = TestApp::with(TestOptions { requests_per_minute, ..TestOptions::signing_in_at(&provider) }).await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let under_way = app.browser();
    let location = under_way.get("/auth/login?next=/account").await.location();
    for _ in 0..SIGN_INS {
        app.browser().get("/auth/login").await;
    }
    assert_eq!(app.browser().get("/auth/login").await.status, StatusCode::TOO_MANY_REQUESTS);
    let told = app.browser().post_form("/auth/backchannel-logout", &[("logout_token", "none")]).await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST, "the provider is heard");
    assert_eq!(under_way.get(&provider.authorize(&location, ADA)).await.location(), "/account");
    assert_eq!(browser.post_form("/auth/logout", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn floods_through_the_proxy_stop_nobody_who_has_begun_or_begins_to_sign_in() {
    let provider = IdentityProvider::start().await;
    let requests_per_minute = NonZeroU32::new(8).unwrap();
    let app = TestApp::with(TestOptions { requests_per_minute, ..TestOptions::signing_in_at(&provider) }).await;
    let early = app.browser();
    let location = early.get("/auth/login?next=/account").await.location();
    // Everybody comes from the same address: that of the proxy.
    let asked = provider.requests("/.well-known/openid-configuration");
    for _ in 0..SIGN_INS / 2 {
        let stranger = app.browser();
        assert_eq!(stranger.get("/auth/login").await.status, StatusCode::SEE_OTHER);
        stranger.get("/auth/callback?code=made-up&state=made-up").await;
    }
    let stray = app.browser().get("/auth/callback?code=made-up&state=made-up").await;
    assert_eq!(stray.status, StatusCode::TOO_MANY_REQUESTS, "what belongs to no sign-in counts");
    assert_eq!(provider.requests("/.well-known/openid-configuration"), asked, "the provider has not noticed");
    assert_eq!(provider.requests("/token"), 0);
    assert_eq!(early.get(&provider.authorize(&location, ADA)).await.location(), "/account");
    assert_eq!(early.get("/account").await.status, StatusCode::OK, "and can use the pages");
    app.browser_signed_in(&provider, ADA).await;
}

#[tokio::test]
async fn a_callback_that_belongs_to_a_sign_in_never_counts() {
    let provider = IdentityProvider::start().await;
    let requests_per_minute = NonZeroU32::new(8).unwrap();
    let app = TestApp::with(TestOptions { requests_per_minute, ..TestOptions::signing_in_at(&provider) }).await;
    for _ in 0..20 {
        app.browser_signed_in(&provider, ADA).await;
    }
    let stray = app.browser().get("/auth/callback?code=made-up&state=made-up").await;
    assert_eq!(
        (stray.status, stray.page().text("h1").as_str()),
        (StatusCode::BAD_REQUEST, "You could not be signed in")
    );
}
