//! Sessions that began at one provider, when another one is in the configuration: the same subject there may be somebody else.

use axum::http::StatusCode;
use partner_dashboard::server::auth::{Authentication, OidcSettings};

use super::ADA;
use super::journey::{is_signed_in, start};
use super::reloads::{again, cookies};
use crate::support::{IdentityProvider, TestApp};

/// The issuer that the only session is kept with.
async fn issuer(app: &TestApp) -> Option<String> {
    let issuer = "SELECT data ->> '$.owner.registration.issuer' FROM sessions";
    sqlx::query_scalar(issuer).fetch_one(app.pool()).await.unwrap()
}

#[tokio::test]
async fn whoever_signed_in_at_another_provider_or_as_another_client_is_nobody() {
    let (first, app) = start().await;
    let kept = cookies(&app.browser_signed_in(&first, ADA).await);
    let app = app.restarted().await;
    assert!(is_signed_in(&again(&app, &kept)).await, "a restart alone signs nobody out");

    let second = IdentityProvider::start().await;
    let as_another = OidcSettings { client_id: "another".to_owned(), ..first.settings() };
    let mut app = app;
    for settings in [second.settings(), as_another] {
        app = app.restarted_as(|options| options.authentication = Authentication::Oidc(settings)).await;
        let answer = again(&app, &kept).get("/account").await;
        assert_eq!(answer.location(), "/auth/login?next=%2Faccount");
        let island = again(&app, &kept).post_island("/api/overview", &[]).await;
        assert_eq!(island.status, StatusCode::UNAUTHORIZED);
    }
    let app = app.restarted_as(|options| options.authentication = Authentication::Oidc(second.settings())).await;
    let browser = again(&app, &kept);
    assert_eq!(browser.sign_in(&second, ADA, "/account").await.location(), "/account");
    assert!(is_signed_in(&browser).await);
    assert_eq!(issuer(&app).await, Some(second.issuer.clone()), "the old session is gone");
}

#[tokio::test]
async fn a_session_of_a_version_that_kept_no_provider_belongs_to_the_first_that_comes() {
    let (first, app) = start().await;
    let browser = app.browser_signed_in(&first, ADA).await;
    app.sql("UPDATE sessions SET data = json_remove(data, '$.owner.registration')").await;
    assert_eq!(issuer(&app).await, None);
    assert!(is_signed_in(&browser).await, "an upgrade signs nobody out");
    assert_eq!(issuer(&app).await, Some(first.issuer.clone()));
    let kept = cookies(&browser);
    let second = IdentityProvider::start().await;
    let app = app.restarted_as(|options| options.authentication = Authentication::Oidc(second.settings())).await;
    assert!(!is_signed_in(&again(&app, &kept)).await);
}
