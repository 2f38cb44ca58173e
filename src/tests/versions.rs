//! Versions of objects: compared with each other and with now, and restored by an edit with a review like every other.

use partner_dashboard::domain::audit::{Action, AuditEntry, AuditFilter, Outcome, Place};
use serde_json::json;

use crate::observed::changed_elsewhere;
use crate::support::{Browser, Form, TestApp, TestOptions};

const ORGANISATION: &str = "Copperfield Books";

/// Changes the name in the form and saves it; the entry of that.
async fn rename(app: &TestApp, browser: &Browser<'_>, id: &str, name: &str) -> AuditEntry {
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.set("name", name);
    saved(app, browser, &form).await
}

/// Sends a form through its review; the entry of that.
async fn saved(app: &TestApp, browser: &Browser<'_>, form: &Form) -> AuditEntry {
    let review = browser.submit(form).await.location();
    browser.submit(&browser.form(&review).await).await.location();
    updates(app).await.remove(0)
}

/// The button on the page of an entry that restores its version.
async fn restore_button(browser: &Browser<'_>, entry: i64) -> Form {
    let entry = format!("/audit/{entry}");
    browser.page(&entry).await.form("form[action$='audit/restore']", &entry)
}

/// The form that it leads to.
async fn restored_form(browser: &Browser<'_>, entry: i64) -> Form {
    let form = browser.submit(&restore_button(browser, entry).await).await.location();
    browser.form(&form).await
}

/// The changes from here, the newest first.
async fn updates(app: &TestApp) -> Vec<AuditEntry> {
    let filter = AuditFilter { action: Some(Action::Update), ..AuditFilter::default() };
    app.audit.list(&filter, Place::Newest, 50).await.unwrap().items
}

#[tokio::test]
async fn a_version_is_restored_through_its_form_and_its_review_and_that_is_recorded() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation(ORGANISATION).await;
    let first = rename(&app, &browser, &id, "One").await;
    rename(&app, &browser, &id, "Two").await;
    let restore = restore_button(&browser, first.id).await;
    app.sandbox.clear_requests();
    let form = browser.submit(&restore).await.location();
    assert!(form.starts_with(&format!("/sandbox/organisations/{id}/edit?draft=")), "{form}");
    let page = browser.page(&form).await;
    assert!(page.text(".flash").contains(&format!("the values after entry #{}", first.id)), "{}", page.main());
    let edit = page.form("form.form", &form);
    assert_eq!(edit.values("name"), ["One"]);
    assert!(app.writes().is_empty(), "nothing is sent before it is saved");
    let restored = saved(&app, &browser, &edit).await;
    assert_eq!(partner.get(&format!("/organisations/{id}")).await["name"], json!("One"));
    assert_eq!((restored.intent.restores, restored.outcome()), (Some(first.id), Outcome::Applied));
    let page = browser.page(&format!("/audit/{}", restored.id)).await;
    assert!(page.text("section:has(#version)").contains(&format!("restored the version after entry #{}", first.id)));
    let again = browser.submit_and_follow(&restore).await;
    assert!(again.text(".flash").contains("has the values of this version already"), "{}", again.main());
}

#[tokio::test]
async fn a_version_whose_values_are_edited_before_they_are_saved_is_not_said_to_be_restored() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation(ORGANISATION).await;
    let first = rename(&app, &browser, &id, "One").await;
    rename(&app, &browser, &id, "Two").await;
    let edited = restored_form(&browser, first.id).await.set("name", "Three");
    let entry = saved(&app, &browser, &edited).await;
    assert_eq!((entry.intent.target.name.as_str(), entry.intent.restores), ("Two", None));

    // Somebody else changes another field while the form is open.
    let open = restored_form(&browser, first.id).await;
    partner.change(&format!("/organisations/{id}"), json!({"enabled": false})).await;
    let entry = saved(&app, &browser, &open).await;
    assert_eq!(partner.get(&format!("/organisations/{id}")).await["name"], json!("One"));
    assert_eq!(entry.intent.restores, None);
}

#[tokio::test]
async fn versions_are_compared_with_each_other_and_with_now() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation(ORGANISATION).await;
    let first = rename(&app, &browser, &id, "One").await;
    let second = rename(&app, &browser, &id, "Two").await;
    rename(&app, &browser, &id, "Three").await;
    let history = browser.page(&format!("/sandbox/organisations/{id}/history")).await;
    assert_eq!(history.link("Compare versions"), format!("/audit/compare?from={}", first.id));
    let now = browser.page(&history.link("Compare versions")).await;
    assert_eq!(now.text("h1"), "Versions of Three");
    assert_eq!(
        (now.text("del"), now.text("ins"), now.text(".certainty .pill")),
        ("One".into(), "Three".into(), "Exact".into())
    );
    // In either order.
    for (from, to) in [(first.id, second.id), (second.id, first.id)] {
        let page = browser.page(&format!("/audit/compare?from={from}&to={to}")).await;
        assert_eq!((page.text("del"), page.text("ins")), ("One".to_owned(), "Two".to_owned()));
        assert_eq!(page.text(".certainty .pill"), "Exact");
    }
    let same = browser.page(&format!("/audit/compare?from={0}&to={0}", first.id)).await;
    assert!(same.main().contains("The two versions have the same values."));
}

#[tokio::test]
async fn a_version_says_what_the_log_does_not_know() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation(ORGANISATION).await;
    let first = rename(&app, &browser, &id, "One").await;
    changed_elsewhere(&app, &partner, "One", json!({"name": "Elsewhere"})).await;
    // Changed behind everybody's back: the next one begins from another value.
    partner.change(&format!("/organisations/{id}"), json!({"name": "Unseen"})).await;
    let page = browser.page(&format!("/audit/compare?from={}", first.id)).await;
    assert_eq!(page.text(".certainty .pill"), "Approximate");
    assert!(page.text(".reasons").contains("Name: the values around"), "{}", page.main());
    let form = browser.submit(&restore_button(&browser, first.id).await).await.location();
    assert!(browser.page(&form).await.text(".flash").contains("approximate"));
}

#[tokio::test]
async fn what_left_no_version_has_none_to_compare_or_restore() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let id = app.partner().await.organisation(ORGANISATION).await;
    let update = rename(&app, &browser, &id, "One").await;
    // The first entry is that of the person who signed in.
    let sign_in = browser.page("/audit/1").await;
    assert!(!sign_in.has("#version"));
    assert_eq!(browser.get("/audit/compare?from=1").await.status.as_u16(), 404);
    assert_eq!(browser.get(&format!("/audit/compare?from={}&to=1", update.id)).await.status.as_u16(), 404);
    for nonsense in ["", "?from=x", "?from=999999", "?from=-1&to=now"] {
        assert_eq!(browser.get(&format!("/audit/compare{nonsense}")).await.status.as_u16(), 404, "{nonsense}");
    }
    let forged = browser.post_form("/api/audit/restore", &[("entry", "1")]).await;
    assert!(browser.page(&forged.location()).await.text(".flash").contains("left no version"));
}

#[tokio::test]
async fn whoever_may_not_edit_the_object_restores_nothing() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let (admin, auditor) = (app.browser_of("ada", "admins"), app.browser_of("eve", "auditors"));
    let id = app.partner().await.organisation(ORGANISATION).await;
    let first = rename(&app, &admin, &id, "One").await;
    rename(&app, &admin, &id, "Two").await;
    let entry = format!("/audit/{}", first.id);
    let page = auditor.page(&entry).await;
    assert!(page.has("#version button[disabled], section:has(#version) button[disabled]"));
    let refused = auditor.submit(&restore_button(&admin, first.id).await).await;
    assert_eq!(refused.location(), entry);
    let drafts = auditor.get("/account").await.body;
    assert!(!drafts.contains("draft="), "nothing was kept");
}
