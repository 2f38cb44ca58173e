//! Signing out here and at the provider, and being signed out by the provider.

use std::time::Duration;

use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use super::ADA;
use super::journey::{is_signed_in, start};
use super::sessions::with_clock;
use crate::support::{Answer, IdentityProvider, Lies, Person, TRUTH, TestApp};

const EVENTS: &str = "http://schemas.openid.net/event/backchannel-logout";

pub async fn back_channel(app: &TestApp, token: &str) -> Answer {
    let browser = app.browser();
    let form = crate::support::Form {
        action: "/auth/backchannel-logout".to_owned(),
        page: "/".to_owned(),
        fields: vec![("logout_token".to_owned(), token.to_owned())],
    };
    // The provider calls from its own server: no cookie, no Origin.
    browser.send(form.request(browser.request(axum::http::Method::POST, &form.action))).await
}

pub fn logout_claims(claims: Value, id: &str) -> Value {
    let mut all = json!({"jti": id, "events": {EVENTS: {}}});
    for (name, value) in claims.as_object().unwrap() {
        all[name] = value.clone();
    }
    all
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_goes_on_to_the_provider() {
    let (provider, app) = start().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let old = browser.cookie("session").unwrap();
    let answer = browser.post_form("/auth/logout", &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    let leads_to = answer.page().leads_to();
    assert!(leads_to.starts_with(&format!("{}/end-session?id_token_hint=ey", provider.issuer)), "{leads_to}");
    assert!(leads_to.contains("post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%3A3000%2Fauth%2Flogout"), "{leads_to}");
    assert_eq!(answer.page().link("Continue"), leads_to, "for whoever stays on the page");
    assert_eq!(browser.cookie("session"), None, "the browser was told to forget it");
    browser.set_cookie("session", &old);
    assert!(!is_signed_in(&browser).await, "a copy of the cookie is worth nothing");
    let said = browser.get("/auth/logout").await;
    assert_eq!((said.status, said.page().text("h1").as_str()), (StatusCode::OK, "You are signed out"));
}

#[tokio::test]
async fn a_link_signs_nobody_out() {
    let (provider, app) = start().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    browser.get("/auth/logout").await;
    assert!(is_signed_in(&browser).await);
}

#[tokio::test]
async fn the_provider_ends_one_session_or_all_of_a_person() {
    let (provider, app) = start().await;
    let first = app.browser_signed_in(&provider, ADA).await;
    let second = app.browser_signed_in(&provider, Person { session: "another", ..ADA }).await;
    let bystander = app.browser_signed_in(&provider, Person { subject: "u-bo", session: "of-bo", ..ADA }).await;
    let token = provider.sign("logout+jwt", &logout_claims(json!({"sid": ADA.session}), "1"));
    assert_eq!(back_channel(&app, &token).await.status, StatusCode::OK);
    assert!(!is_signed_in(&first).await && is_signed_in(&second).await);
    let third = app.browser_signed_in(&provider, ADA).await;
    assert_eq!(back_channel(&app, &token).await.status, StatusCode::BAD_REQUEST, "a replayed token");
    assert!(is_signed_in(&third).await);
    let token = provider.sign("logout+jwt", &logout_claims(json!({"sub": ADA.subject}), "2"));
    assert_eq!(back_channel(&app, &token).await.status, StatusCode::OK);
    assert!(!is_signed_in(&second).await && !is_signed_in(&third).await);
    assert!(is_signed_in(&bystander).await);
}

#[tokio::test]
async fn what_is_no_logout_token_of_the_provider_ends_nothing() {
    let (provider, app) = start().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let genuine = logout_claims(json!({"sub": ADA.subject}), "1");
    let with = |name: &str, value: Value| {
        let mut claims = genuine.clone();
        claims[name] = value;
        provider.sign("logout+jwt", &claims)
    };
    let stranger = IdentityProvider::start().await;
    for (what, token) in [
        ("another provider", stranger.sign("logout+jwt", &genuine)),
        (
            "another key",
            stranger.sign("logout+jwt", &logout_claims(json!({"sub": ADA.subject, "iss": provider.issuer}), "1")),
        ),
        ("another audience", with("aud", json!("somebody-else"))),
        ("an ID token", with("nonce", json!("n"))),
        ("no event", with("events", json!({}))),
        ("no id", with("jti", Value::Null)),
        ("nobody", with("sub", Value::Null)),
        ("expired", with("exp", json!(1))),
        ("old", with("iat", json!(1))),
        ("another type", provider.sign("at+jwt", &genuine)),
        ("no token", "a.b.c".to_owned()),
        ("nothing", String::new()),
    ] {
        let answer = back_channel(&app, &token).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}: {}", answer.body);
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{what}");
    }
    assert!(is_signed_in(&browser).await);
}

#[tokio::test]
async fn a_logout_token_with_a_key_that_cannot_be_fetched_is_one_to_repeat_and_not_a_wrong_one() {
    let (provider, app, clock) = with_clock().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    provider.rotate("elliptic-2", true);
    provider.lie(Lies { key_set: |set| *set = json!("maintenance"), ..TRUTH });
    let ending = |id: &str| provider.sign("logout+jwt", &logout_claims(json!({"sub": ADA.subject}), id));
    for id in ["1", "2"] {
        assert_eq!(back_channel(&app, &ending(id)).await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    assert!(is_signed_in(&browser).await);
    provider.lie(TRUTH);
    clock.advance(Duration::from_secs(31));
    assert_eq!(back_channel(&app, &ending("3")).await.status, StatusCode::OK);
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn a_sign_out_that_could_not_be_carried_out_works_when_the_provider_repeats_it() {
    let (provider, app) = start().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let token = provider.sign("logout+jwt", &logout_claims(json!({"sub": ADA.subject, "sid": ADA.session}), "1"));
    app.sql("CREATE TRIGGER broken BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'broken'); END").await;
    assert_eq!(back_channel(&app, &token).await.status, StatusCode::SERVICE_UNAVAILABLE);
    app.sql("DROP TRIGGER broken").await;
    assert!(is_signed_in(&browser).await);
    assert_eq!(back_channel(&app, &token).await.status, StatusCode::OK);
    assert!(!is_signed_in(&browser).await);
}
