//! Reverting what was observed: an edit with a review like every other.

use axum::http::Method;
use partner_dashboard::domain::audit::{Action, Outcome};
use partner_dashboard::server::sandbox::FaultKind;
use serde_json::json;

use super::{ORGANISATION, changed_elsewhere, entries};
use crate::support::{Browser, Form, TestApp};

/// Presses *Revert…* on an object's page; the path of the review.
async fn revert(browser: &Browser<'_>, id: &str) -> String {
    let path = format!("/sandbox/organisations/{id}");
    let form: Form = browser.page(&path).await.form("form[action$='observed/revert']", &path);
    browser.submit(&form).await.location()
}

#[tokio::test]
async fn reverting_opens_a_review_and_sends_nothing_before_it_is_saved() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let change = json!({"name": "Copperfield & Co", "enable_custom_logo": true});
    let id = changed_elsewhere(&app, &partner, ORGANISATION, change).await;
    let review = revert(&browser, &id).await;
    let page = browser.page(&review).await;
    assert!(page.main().contains("Saving them reverts it."));
    assert!(page.texts("section:has(#changes) .diff-field").contains(&"Name".to_owned()));
    assert!(app.writes().is_empty());
    let observed = entries(&app, Action::Observed).await.remove(0);
    browser.submit(&page.form("form.form", &review)).await.location();
    let now = partner.get(&format!("/organisations/{id}")).await;
    assert_eq!(now["name"], json!(ORGANISATION));
    let update = entries(&app, Action::Update).await.remove(0);
    assert_eq!((update.intent.answers, update.outcome()), (Some(observed.id), Outcome::Applied));
    let page = browser.page(&format!("/sandbox/organisations/{id}")).await;
    assert!(page.control("Revert…").is_none(), "it is answered");
    let entry = browser.page(&format!("/audit/{}", observed.id)).await;
    assert!(entry.text("section:has(#standing)").contains("Reverted by"), "{}", entry.main());
}

#[tokio::test]
async fn a_revert_that_the_partner_refuses_leaves_the_change_open() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let id = changed_elsewhere(&app, &app.partner().await, ORGANISATION, json!({"name": "Copperfield & Co"})).await;
    let review = revert(&browser, &id).await;
    let save = browser.form(&review).await;
    app.fault(&Method::PUT, FaultKind::status(axum::http::StatusCode::UNPROCESSABLE_ENTITY));
    let back = browser.submit(&save).await.location();
    app.sandbox.clear_faults();
    assert_eq!(entries(&app, Action::Update).await[0].outcome(), Outcome::Refused);
    let object = format!("/sandbox/organisations/{id}");
    assert!(browser.page(&object).await.control("Revert…").is_some());
    // The draft came back, and saving it once more answers all the same.
    let form = browser.form(&back).await;
    let review = browser.submit(&form).await.location();
    browser.submit(&browser.form(&review).await).await.location();
    assert!(browser.page(&object).await.control("Revert…").is_none());
}

#[tokio::test]
async fn what_we_changed_since_is_kept_or_decided_and_never_overwritten_unseen() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = changed_elsewhere(&app, &partner, ORGANISATION, json!({"name": "Theirs"})).await;
    let edit = browser.form(&format!("/sandbox/organisations/{id}/edit")).await;
    let review = browser.submit(&edit.set("name", "Ours")).await.location();
    browser.submit(&browser.form(&review).await).await.location();
    let review = revert(&browser, &id).await;
    let page = browser.page(&review).await;
    assert_eq!(page.texts("fieldset.conflict legend"), ["Name"], "the newer name needs a decision");
    let back = browser.submit(&page.form("form.form", &review)).await.location();
    assert!(back.contains("step=review"), "{back}");
    assert_eq!(partner.get(&format!("/organisations/{id}")).await["name"], json!("Ours"));
}

#[tokio::test]
async fn several_changes_are_reverted_to_the_oldest_values_at_once() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = changed_elsewhere(&app, &partner, ORGANISATION, json!({"name": "One"})).await;
    changed_elsewhere(&app, &partner, "One", json!({"name": "Two"})).await;
    let review = revert(&browser, &id).await;
    browser.submit(&browser.form(&review).await).await.location();
    assert_eq!(partner.get(&format!("/organisations/{id}")).await["name"], json!(ORGANISATION));
    assert!(!browser.page("/").await.has("#observed"));
}

#[tokio::test]
async fn what_cannot_be_unset_is_named() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation(ORGANISATION).await;
    partner.change(&format!("/organisations/{id}"), json!({"allowed_products": null})).await;
    let change = json!({"allowed_products": ["sign_in"], "name": "Theirs"});
    changed_elsewhere(&app, &partner, ORGANISATION, change).await;
    let page = browser.page(&revert(&browser, &id).await).await;
    assert!(page.text(".flash").contains("cannot unset them: Allowed products"), "{}", page.main());
    assert_eq!(page.texts("section:has(#changes) .diff-field"), ["Name"]);
}

#[tokio::test]
async fn reverting_what_is_answered_already_makes_no_draft() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let id = changed_elsewhere(&app, &app.partner().await, ORGANISATION, json!({"name": "Theirs"})).await;
    let path = format!("/sandbox/organisations/{id}");
    let page = browser.page(&path).await;
    browser.submit(&page.form("form[action$='observed/accept']", &path)).await.location();
    let after = browser.submit_and_follow(&page.form("form[action$='observed/revert']", &path)).await;
    assert!(after.texts(".flash").iter().any(|text| text.contains("nothing to revert")));
    assert!(!browser.page("/account").await.main().contains("Theirs"));
}
