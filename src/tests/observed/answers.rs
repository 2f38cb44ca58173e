//! Accepting what was observed.

use axum::http::StatusCode;
use partner_dashboard::domain::audit::Action;
use partner_dashboard::domain::object::ObjectKind;
use partner_dashboard::server::index::ObservedChange;
use serde_json::json;

use super::{ORGANISATION, change, changed_elsewhere, entries, fields, observe};
use crate::support::{TestApp, TestOptions};

#[tokio::test]
async fn accepting_records_who_and_takes_the_notice_away_and_sends_nothing() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let browser = app.browser_of("ada", "admins");
    let id = changed_elsewhere(&app, &app.partner().await, ORGANISATION, json!({"name": "Copperfield & Co"})).await;
    let path = format!("/sandbox/organisations/{id}");
    let form = browser.page(&path).await.form("form[action$='observed/accept']", &path);
    let after = browser.submit(&form).await;
    assert_eq!(after.location(), path);
    let page = browser.page(&path).await;
    assert!(!page.has(".notice-warning"), "{}", page.main());
    assert!(page.text(".flash").contains("accepted"));
    let accepted = entries(&app, Action::Accept).await.remove(0);
    let observed = entries(&app, Action::Observed).await.remove(0);
    assert_eq!((accepted.intent.answers, accepted.intent.actor.subject.as_str()), (Some(observed.id), "ada"));
    assert_eq!(accepted.intent.actor.role, "admin");
    let entry = browser.page(&format!("/audit/{}", observed.id)).await;
    assert!(entry.text("section:has(#standing)").contains("Accepted by ada"));
    assert_eq!(entry.link("View this entry"), format!("/audit/{}", accepted.id));
    assert!(app.writes().is_empty(), "{:?}", app.writes());
    assert!(!browser.page("/").await.has("#observed"));
}

#[tokio::test]
async fn a_note_is_kept_with_the_acceptance() {
    let app = TestApp::start().await;
    let browser = app.browser();
    changed_elsewhere(&app, &app.partner().await, ORGANISATION, json!({"name": "Copperfield & Co"})).await;
    let path = format!("/audit/{}", entries(&app, Action::Observed).await[0].id);
    let form = browser.page(&path).await.form("form[action$='observed/accept']", &path);
    let page = browser.submit_and_follow(&form.set("note", " Agreed with <OneID>. ")).await;
    let entry = browser.page(&page.link("View this entry")).await;
    assert_eq!(entry.texts("section:has(#changes) ins"), ["Agreed with <OneID>."]);
    assert!(entry.text("h1").ends_with(&format!("accepted a change of {ORGANISATION}")));
}

#[tokio::test]
async fn what_is_found_after_the_page_was_made_is_not_accepted_with_it() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = changed_elsewhere(&app, &partner, ORGANISATION, json!({"enable_custom_logo": true})).await;
    let path = format!("/sandbox/organisations/{id}");
    let form = browser.page(&path).await.form("form[action$='observed/accept']", &path);
    changed_elsewhere(&app, &partner, ORGANISATION, json!({"name": "Renamed"})).await;
    let page = browser.submit_and_follow(&form).await;
    let notice = page.text(".notice-warning:not(.flash)");
    assert!(notice.contains(": Name.") && !notice.contains("logo"), "{notice}");
    let again = browser.submit_and_follow(&form).await;
    assert!(again.text(".flash").contains("already"));
    assert_eq!(entries(&app, Action::Accept).await.len(), 1);
}

#[tokio::test]
async fn what_is_gone_is_accepted_without_its_object() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let id = app.partner().await.organisation(ORGANISATION).await;
    let before = Some(fields(&app, ObjectKind::Organisation, &id).await);
    let gone = ObservedChange { before, ..change(ObjectKind::Organisation, "gone-1", "Gone Ltd") };
    observe(&app, vec![gone]).await;
    let overview = browser.page("/").await;
    assert!(overview.text("section:has(#observed)").contains("Removed outside this dashboard"));
    assert!(overview.control("Revert…").is_none(), "nothing brings it back");
    let after = browser.submit_and_follow(&overview.form("section:has(#observed) form", "/")).await;
    assert!(!after.has("#observed"));
}

#[tokio::test]
async fn who_may_not_edit_sees_the_change_and_cannot_answer_it() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let id = changed_elsewhere(&app, &app.partner().await, ORGANISATION, json!({"name": "Copperfield & Co"})).await;
    let observed = entries(&app, Action::Observed).await[0].id.to_string();
    let fields =
        [("connection", "sandbox"), ("kind", "organisation"), ("id", id.as_str()), ("until", observed.as_str())];
    for group in ["viewers", "auditors"] {
        let browser = app.browser_of("eve", group);
        let page = browser.page(&format!("/sandbox/organisations/{id}")).await;
        let accept = page.control("Accept").unwrap();
        assert_eq!(accept.attr("title"), Some("Only editors and admins can create and edit."), "{group}");
        for call in ["/api/observed/accept", "/api/observed/revert"] {
            assert_eq!(browser.post_island(call, &fields).await.status, StatusCode::FORBIDDEN, "{group} {call}");
        }
    }
    assert!(entries(&app, Action::Accept).await.is_empty());
}

#[tokio::test]
async fn hostile_answers_are_refused_and_record_nothing() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let id = changed_elsewhere(&app, &app.partner().await, ORGANISATION, json!({"name": "Copperfield & Co"})).await;
    for (pairs, status) in [
        (
            [("connection", "nowhere"), ("kind", "organisation"), ("id", id.as_str()), ("until", "1")],
            StatusCode::NOT_FOUND,
        ),
        ([("connection", "sandbox"), ("kind", "x"), ("id", id.as_str()), ("until", "1")], StatusCode::BAD_REQUEST),
        (
            [("connection", "sandbox"), ("kind", "organisation"), ("id", id.as_str()), ("until", "x")],
            StatusCode::BAD_REQUEST,
        ),
    ] {
        for call in ["/api/observed/accept", "/api/observed/revert"] {
            let answer = browser.post_island(call, &pairs).await;
            assert_eq!(answer.status, status, "{call} {pairs:?}: {}", answer.body);
        }
    }
    assert!(entries(&app, Action::Accept).await.is_empty());
    // A number beyond all entries accepts what there is, and nothing that comes later.
    let beyond = i64::MAX.to_string();
    let pairs = [("connection", "sandbox"), ("kind", "organisation"), ("id", id.as_str()), ("until", beyond.as_str())];
    browser.post_form("/api/observed/accept", &pairs).await.location();
    changed_elsewhere(&app, &app.partner().await, "Copperfield & Co", json!({"name": ORGANISATION})).await;
    assert!(browser.page("/").await.has("#observed"));
}
