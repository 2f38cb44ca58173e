//! People who are limited to a part of the tree see and answer what was observed there, and nothing else.

use axum::http::StatusCode;
use partner_dashboard::domain::audit::Action;
use partner_dashboard::domain::field_values::FieldValues;
use partner_dashboard::domain::object::ObjectKind;
use partner_dashboard::domain::principal::{Role, Subtree};
use partner_dashboard::server::auth::RoleTable;
use partner_dashboard::server::index::ObservedChange;
use serde_json::json;

use super::{ORGANISATION, change, changed_elsewhere, entries, observe};
use crate::support::{TestApp, TestOptions};

const TOP: &str = "Harbour & Vale Lettings";

/// Eve is an editor of one subtree.
async fn limited() -> TestApp {
    // The sample's ids are the same at every start.
    let organisation = TestApp::start().await.partner().await.organisation(TOP).await;
    let mut roles = RoleTable::default();
    roles.add("lettings".to_owned(), Role::Editor, Some(Subtree { connection: "sandbox".to_owned(), organisation }));
    roles.add("admins".to_owned(), Role::Admin, None);
    TestApp::with(TestOptions { roles, ..TestOptions::behind_a_proxy() }).await
}

#[tokio::test]
async fn a_limited_editor_sees_and_answers_what_is_inside_alone() {
    let app = limited().await;
    let (eve, partner) = (app.browser_of("eve", "lettings"), app.partner().await);
    let outside = changed_elsewhere(&app, &partner, ORGANISATION, json!({"name": "Hidden Ltd"})).await;
    let outside_entry = entries(&app, Action::Observed).await[0].id.to_string();
    // A limit is judged by the tree as it is: the page waits for it once.
    eve.page("/sandbox/organisations").await;
    assert!(!eve.page("/").await.has("#observed"));
    let inside = changed_elsewhere(&app, &partner, TOP, json!({"enable_custom_logo": false})).await;
    let overview = eve.page("/").await;
    assert_eq!(overview.text("section:has(#observed) .card-note"), "1 not accepted or reverted");
    assert!(!overview.main().contains("Hidden") && !overview.main().contains(ORGANISATION));
    assert_eq!(
        app.browser_of("ada", "admins")
            .page("/")
            .await
            .text("#observed ~ .card-note, section:has(#observed) .card-note"),
        "2 not accepted or reverted"
    );

    let pairs = |id: &str, until: &str| {
        [("connection", "sandbox"), ("kind", "organisation"), ("id", id), ("until", until)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    for (id, until) in [(outside.as_str(), outside_entry.as_str()), ("none", "99")] {
        for call in ["/api/observed/accept", "/api/observed/revert"] {
            let pairs = pairs(id, until);
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let answer = eve.post_island(call, &pairs).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{call} {id}: {}", answer.body);
        }
    }
    assert!(entries(&app, Action::Accept).await.is_empty());
    let path = format!("/sandbox/organisations/{inside}");
    let accept = eve.page(&path).await.form("form[action$='observed/accept']", &path);
    eve.submit(&accept).await.location();
    assert_eq!(entries(&app, Action::Accept).await.len(), 1);
    assert!(!eve.page("/").await.has("#observed"));
}

#[tokio::test]
async fn what_is_in_no_place_of_the_tree_is_shown_to_those_without_a_limit_alone() {
    let app = limited().await;
    let eve = app.browser_of("eve", "lettings");
    eve.page("/sandbox/organisations").await;
    let values = Some(FieldValues::default());
    let stray = ObservedChange { after: values.clone(), ..change(ObjectKind::OAuthClient, "c-1", "stray") };
    let many = (0..1_001).map(|number| {
        let id = format!("c-{number}");
        ObservedChange { after: values.clone(), ..change(ObjectKind::OAuthClient, &id, "many") }
    });
    observe(&app, vec![stray]).await;
    observe(&app, many.collect()).await;
    assert!(!eve.page("/").await.has("#observed"));
    let connection = [("connection", "sandbox"), ("kind", "connection"), ("id", "sandbox"), ("until", "99")];
    assert_eq!(eve.post_island("/api/observed/accept", &connection).await.status, StatusCode::FORBIDDEN);
    assert!(entries(&app, Action::Accept).await.is_empty());
    assert!(app.browser_of("ada", "admins").page("/").await.has("#observed"));
}
