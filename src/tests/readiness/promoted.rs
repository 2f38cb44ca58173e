//! Clients of which nothing was changed when they went into production: what only the audit log knows, in lists too.

use partner_dashboard::domain::object::ObjectKind;
use partner_dashboard::server::index::ObservedChange;
use partner_dashboard::server::services::judging::judge_unchanged;
use serde_json::json;
use time::OffsetDateTime;

use super::{client, two_organisations};
use crate::support::TestApp;

const FILTERED: &str = "/sandbox/clients?readiness=unchanged_since_sandbox";

/// The names of the clients that the filter leaves, and how many the menu says that it would leave.
async fn unchanged(app: &TestApp) -> (Vec<String>, Option<String>) {
    let browser = app.browser();
    let names = browser.page(FILTERED).await.texts("tbody th a");
    let menu = browser.page("/sandbox/clients").await;
    let value = "[data-choices=readiness] > li:has([value=unchanged_since_sandbox]) > .filter-count";
    (names, menu.texts(value).into_iter().next())
}

fn one() -> (Vec<String>, Option<String>) {
    (vec!["checkout".to_owned()], Some("1".to_owned()))
}

async fn save(app: &TestApp, id: &str, field: &str, value: &str) {
    let browser = app.browser();
    let form = browser.form(&format!("/sandbox/clients/{id}/edit")).await.set(field, value);
    let review = browser.submit(&form).await.location();
    let saved = browser.submit_and_follow(&browser.form(&review).await.set("confirmation", "checkout")).await;
    assert!(saved.main().contains("has been saved"), "{}", saved.main());
}

#[tokio::test]
async fn a_client_is_listed_from_its_promotion_until_something_is_changed() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (_, lower) = two_organisations(&partner).await;
    let id = client(&partner, &lower, json!({"is_production": false})).await;
    client(&partner, &lower, json!({"name": "never a sandbox client", "is_production": true})).await;
    assert_eq!(unchanged(&app).await.0, Vec::<String>::new());
    save(&app, &id, "is_production", "true").await;
    assert_eq!(unchanged(&app).await, one());
    let app = app.restarted().await;
    assert_eq!(unchanged(&app).await, one(), "after a new start");
}

#[tokio::test]
async fn what_is_changed_afterwards_takes_it_from_the_list() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (_, lower) = two_organisations(&partner).await;
    let id = client(&partner, &lower, json!({"is_production": false})).await;
    save(&app, &id, "is_production", "true").await;
    save(&app, &id, "return_urls[]", "https://live.example.com/cb").await;
    assert_eq!(unchanged(&app).await.0, Vec::<String>::new());
}

#[tokio::test]
async fn a_promotion_that_was_made_elsewhere_counts_once_it_is_recorded() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (_, lower) = two_organisations(&partner).await;
    let id = client(&partner, &lower, json!({"is_production": false})).await;
    let connection = app.connections.find("sandbox").unwrap();
    let read = async || connection.api.get(ObjectKind::OAuthClient, &id).await.unwrap().fields;
    let before = read().await;
    partner.change(&format!("/clients/{id}"), json!({"is_production": true})).await;
    let found = ObservedChange {
        connection: "sandbox".to_owned(),
        kind: ObjectKind::OAuthClient,
        object_id: id.clone(),
        name: "checkout".to_owned(),
        organisation_id: Some(lower),
        before: Some(before),
        after: Some(read().await),
        last_seen: OffsetDateTime::UNIX_EPOCH,
        read_at: OffsetDateTime::now_utc(),
        may_be_recorded: false,
    };
    assert_eq!(unchanged(&app).await.0, Vec::<String>::new(), "nothing is recorded");
    connection.observer.observed(vec![found]);
    app.observed_recorded().await;
    judge_unchanged(connection, &app.audit).await;
    assert_eq!(unchanged(&app).await, one());
}
