//! What a sign-in needs and does not get: who is told to be at fault, and who goes on all the same.

use axum::http::StatusCode;
use partner_dashboard::domain::audit::Action;
use serde_json::json;

use super::ADA;
use super::journey::{is_signed_in, start};
use crate::access_events::{kept, refusals};
use crate::support::{Answer, Lies, TRUTH, TestApp, TestOptions};

const NO_SESSIONS: &str = "ALTER TABLE sessions RENAME TO elsewhere";
const SESSIONS_AGAIN: &str = "ALTER TABLE elsewhere RENAME TO sessions";

/// The page blames the database, and nobody else.
fn assert_blames_the_database(answer: &Answer, heading: &str) {
    let page = answer.page();
    assert_eq!((answer.status, page.text("h1").as_str()), (StatusCode::SERVICE_UNAVAILABLE, heading));
    let said = page.main();
    assert!(said.contains("The dashboard’s database is not responding"), "{said}");
    assert!(!said.contains("dentity provider"), "{said}");
}

#[tokio::test]
async fn a_provider_that_cannot_answer_has_sent_no_wrong_id_token() {
    for (what, lies) in [
        ("a gateway", Lies { token_status: Some(503), ..TRUTH }),
        ("a limit", Lies { token_status: Some(429), ..TRUTH }),
        ("a firewall", Lies { token_status: Some(403), ..TRUTH }),
        ("a page that moved", Lies { token_status: Some(302), ..TRUTH }),
        ("no keys", Lies { key_set: |set| *set = json!("maintenance"), ..TRUTH }),
    ] {
        let (provider, app) = start().await;
        app.browser_signed_in(&provider, ADA).await;
        provider.rotate("elliptic-2", true);
        provider.lie(lies);
        let answer = app.browser().sign_in(&provider, ADA, "/account").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{what}: {}", answer.body);
        assert!(answer.page().main().contains("Your identity provider is not responding"), "{what}");
        let refused = refusals(&app, Action::SignInRefused, 1).await;
        assert_eq!(kept(&refused[0], "reason"), "identity_provider_unavailable", "{what}");
    }
}

#[tokio::test]
async fn a_database_that_fails_is_not_blamed_on_the_identity_provider() {
    let (provider, app) = start().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    app.sql(NO_SESSIONS).await;
    assert_blames_the_database(&browser.get("/account").await, "The database is not responding");
    let island = browser.post_island("/api/overview", &[]).await;
    assert_eq!(island.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(island.json()["code"], json!("database_unavailable"));

    let stranger = app.browser();
    let location = stranger.get("/auth/login").await.location();
    let callback = stranger.get(&provider.authorize(&location, ADA)).await;
    assert_blames_the_database(&callback, "You could not be signed in");
    let refused = refusals(&app, Action::SignInRefused, 1).await;
    assert_eq!(kept(&refused[0], "reason"), "database_unavailable");
    assert_eq!(refused[0].intent.actor.subject, ADA.subject);

    app.sql(SESSIONS_AGAIN).await;
    assert!(is_signed_in(&browser).await, "nobody was signed out");
}

#[tokio::test]
async fn whoever_a_proxy_knows_works_without_a_session_that_cannot_be_read() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let ada = app.browser_of("ada", "admins");
    ada.post_form("/api/organisations/create", &[("connection", "sandbox"), ("name", "")]).await;
    let session = ada.cookie("session");
    assert!(session.is_some(), "a message waits in it");
    app.sql(NO_SESSIONS).await;
    assert_eq!(ada.get("/connections").await.status, StatusCode::OK);
    let form = ada.form("/sandbox/organisations/new").await.named("Meanwhile");
    app.sandbox.clear_requests();
    ada.submit(&form).await;
    assert_eq!(app.writes().len(), 1, "{:?}", app.writes());
    app.sql(SESSIONS_AGAIN).await;
    assert_eq!(ada.get("/connections").await.status, StatusCode::OK);
    assert_eq!(ada.cookie("session"), session);
}
