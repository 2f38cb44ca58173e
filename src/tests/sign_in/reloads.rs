//! What people who sign in notice of a configuration that is read again: nothing but what it changes.

use std::sync::Arc;

use axum::http::StatusCode;
use partner_dashboard::domain::principal::Role;
use partner_dashboard::server::auth::{Authentication, RoleTable};
use secrecy::SecretString;

use super::ADA;
use super::journey::{is_signed_in, start};
use crate::support::{Browser, TestApp};

/// The same browser after a reload.
pub(super) fn again<'app>(app: &'app TestApp, cookies: &[(String, String)]) -> Browser<'app> {
    let browser = app.browser();
    for (name, value) in cookies {
        browser.set_cookie(name, value);
    }
    browser
}

pub(super) fn cookies(browser: &Browser<'_>) -> Vec<(String, String)> {
    browser.cookie_names().into_iter().map(|name| (name.clone(), browser.cookie(&name).unwrap())).collect()
}

#[tokio::test]
async fn a_sign_in_that_has_begun_ends_with_the_new_client_secret() {
    let (provider, mut app) = start().await;
    let set = |secret: SecretString| {
        let settings = provider.settings();
        move |config: &mut partner_dashboard::server::config::Config| {
            let mut settings = settings.clone();
            settings.client_secret = secret;
            config.authentication = Authentication::Oidc(settings);
        }
    };
    app.reload(&["auth.oidc.client_secret"], set(SecretString::from("not the secret"))).await;
    let browser = app.browser();
    let refused = browser.sign_in(&provider, ADA, "/account").await;
    assert_ne!(refused.status, StatusCode::SEE_OTHER, "the provider knows its secret");

    let login = browser.get("/account").await.location();
    let at_the_provider = browser.get(&login).await.location();
    let cookies = cookies(&browser);
    app.reload(&["auth.oidc.client_secret"], set(provider.settings().client_secret)).await;
    let browser = again(&app, &cookies);
    let answer = browser.get(&provider.authorize(&at_the_provider, ADA)).await;
    assert_eq!(answer.location(), "/account");
    assert!(is_signed_in(&browser).await);
}

#[tokio::test]
async fn who_is_signed_in_stays_so_and_has_the_roles_of_the_new_table_with_the_next_request() {
    let (provider, mut app) = start().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let path = "/sandbox/organisations/new";
    assert_eq!(browser.get(path).await.status, StatusCode::OK);
    let cookies = cookies(&browser);

    app.reload(&["auth.roles.admin"], |config| {
        config.roles = RoleTable::new([(Role::Viewer, vec!["staff".to_owned()])]);
    })
    .await;
    let browser = again(&app, &cookies);
    assert!(is_signed_in(&browser).await);
    assert_eq!(browser.get(path).await.status, StatusCode::FORBIDDEN);

    app.reload(&["auth.roles.viewer"], |config| {
        config.roles = RoleTable::new([(Role::Viewer, vec!["others".to_owned()])]);
    })
    .await;
    assert_eq!(again(&app, &cookies).get("/account").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_connection_that_is_removed_leaves_nothing_in_memory() {
    let (_provider, mut app) = start().await;
    let index = Arc::downgrade(&app.connections.find("production").unwrap().index);
    app.reload(&["connections.production.name"], |config| {
        config.connections.retain(|connection| connection.name != "production");
    })
    .await;
    assert!(app.connections.find("production").is_none());
    assert!(index.upgrade().is_none(), "something still holds its index");
}
