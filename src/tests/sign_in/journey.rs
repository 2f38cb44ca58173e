//! From a link to a page behind the sign-in, and out again.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{StatusCode, header};
use partner_dashboard::server::clock::{Clock as _, ManualClock, SystemClock};
use serde_json::{Value, json};

use super::ADA;
use crate::support::{Answer, Browser, CLIENT_SECRET, IdentityProvider, Lies, Person, TRUTH, TestApp, TestOptions};

const EVENTS: &str = "http://schemas.openid.net/event/backchannel-logout";

async fn start() -> (IdentityProvider, TestApp) {
    let provider = IdentityProvider::start().await;
    let app = TestApp::with(TestOptions::signing_in_at(&provider)).await;
    (provider, app)
}

async fn is_signed_in(browser: &Browser<'_>) -> bool {
    browser.get("/account").await.status == StatusCode::OK
}

async fn back_channel(app: &TestApp, token: &str) -> Answer {
    let browser = app.browser();
    let form = crate::support::Form {
        action: "/auth/backchannel-logout".to_owned(),
        page: "/".to_owned(),
        fields: vec![("logout_token".to_owned(), token.to_owned())],
    };
    // The provider calls from its own server: no cookie, no Origin.
    browser.send(form.request(browser.request(axum::http::Method::POST, &form.action))).await
}

fn logout_claims(claims: Value, id: &str) -> Value {
    let mut all = json!({"jti": id, "events": {EVENTS: {}}});
    for (name, value) in claims.as_object().unwrap() {
        all[name] = value.clone();
    }
    all
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
async fn signing_out_ends_the_session_here_and_goes_on_to_the_provider() {
    let (provider, app) = start().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let old = browser.cookie("session").unwrap();
    let answer = browser.post_form("/auth/logout", &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    let refresh = answer.headers[header::REFRESH].to_str().unwrap();
    assert!(refresh.starts_with(&format!("0; url={}/end-session?id_token_hint=ey", provider.issuer)), "{refresh}");
    assert!(refresh.contains("post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%3A3000%2Fauth%2Flogout"), "{refresh}");
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
