//! A rule that is silenced for one object, with a reason: it is reported nowhere any more, and the log says who and why.

use axum::http::StatusCode;
use partner_dashboard::domain::audit::{Action, AuditEntry, AuditFilter, Place};
use partner_dashboard::domain::change::FieldChange;
use partner_dashboard::domain::field::FieldValue;
use serde_json::json;
use time::Duration;

use super::{CARD, client, findings, two_organisations};
use crate::audit_verification::copies::add;
use crate::support::{Browser, Page, TestApp};

const RULE: &str = "return_url_localhost";

/// A client that points at localhost, and its page.
async fn local_client(app: &TestApp) -> String {
    let partner = app.partner().await;
    let (_, lower) = two_organisations(&partner).await;
    let id = client(&partner, &lower, json!({"return_urls": ["http://localhost/cb"]})).await;
    format!("/sandbox/clients/{id}")
}

async fn silence(browser: &Browser<'_>, path: &str, reason: &str) -> Page {
    let form = browser.page(path).await.form("form[action='/api/readiness/silence']", path);
    assert_eq!(form.values("rule"), [RULE]);
    browser.submit_and_follow(&form.set("reason", reason)).await
}

async fn entries(app: &TestApp, action: Action) -> Vec<AuditEntry> {
    let filter = AuditFilter { action: Some(action), ..AuditFilter::default() };
    app.audit.list(&filter, Place::Newest, 10).await.unwrap().items
}

/// What an entry says, as `field: value`.
fn said(entry: &AuditEntry) -> Vec<String> {
    let text = |change: &FieldChange| match &change.after {
        Some(FieldValue::Text(text)) => format!("{}: {text}", change.field),
        other => format!("{}: {other:?}", change.field),
    };
    entry.intent.changes.iter().map(text).collect()
}

#[tokio::test]
async fn a_silenced_rule_is_reported_nowhere_until_it_is_unsilenced() {
    let app = TestApp::empty().await;
    let path = local_client(&app).await;
    let browser = app.browser();
    let list = format!("/sandbox/clients?readiness={RULE}");
    assert_eq!(browser.page(&list).await.count("tbody tr"), 1);
    let page = silence(&browser, &path, "  Only for developers  ").await;
    assert!(page.main().contains("The rule is silenced for this object."), "{}", page.main());
    assert!(page.text(CARD).contains("No issues"), "{}", page.text(CARD));
    assert_eq!(page.text(".silence-reason"), "Only for developers");
    assert_eq!(browser.page(&list).await.count("tbody tr"), 0);
    let [entry] = entries(&app, Action::RuleSilenced).await.try_into().unwrap();
    assert_eq!(said(&entry), [format!("rule: {RULE}"), "reason: Only for developers".to_owned()]);
    assert_eq!(entry.intent.target.name, "checkout");

    let unsilence = page.form("form[action='/api/readiness/unsilence']", &path);
    let page = browser.submit_and_follow(&unsilence).await;
    assert_eq!(findings(&page).len(), 1);
    assert_eq!(browser.page(&list).await.count("tbody tr"), 1);
    assert_eq!(said(&entries(&app, Action::RuleUnsilenced).await[0]), [format!("rule: {RULE}")]);
    let again = browser.submit_and_follow(&unsilence).await;
    assert!(again.main().contains("The rule is not silenced. Nothing was recorded."), "{}", again.main());
    assert_eq!(entries(&app, Action::RuleUnsilenced).await.len(), 1);
}

#[tokio::test]
async fn a_rule_stays_silenced_after_a_restart() {
    let app = TestApp::empty().await;
    let path = local_client(&app).await;
    silence(&app.browser(), &path, "Only for developers").await;
    let app = app.restarted().await;
    let browser = app.browser();
    assert_eq!(browser.page(&format!("/sandbox/clients?readiness={RULE}")).await.count("tbody tr"), 0);
    assert_eq!(browser.page(&path).await.text(".silence-reason"), "Only for developers");
}

#[tokio::test]
async fn a_rule_stays_silenced_when_its_entry_is_removed_and_no_link_leads_there_any_more() {
    let app = TestApp::empty().await;
    let path = local_client(&app).await;
    let browser = app.browser();
    silence(&browser, &path, "Only for developers").await;
    let entry = browser.page(&path).await.link("View entry");
    assert_eq!(browser.get(&entry).await.status, StatusCode::OK);
    add(&app.audit, 0..300).await;
    // Old enough, whatever the clock says.
    assert!(app.audit.retain(Duration::minutes(-1)).await.unwrap().is_some());
    assert_eq!(browser.get(&entry).await.status, StatusCode::NOT_FOUND);
    let page = browser.page(&path).await;
    assert_eq!(page.text(".silence-reason"), "Only for developers");
    assert!(page.control("View entry").is_none());
}

#[tokio::test]
async fn a_rule_is_silenced_for_a_reason_alone_and_the_reason_can_be_another_one() {
    let app = TestApp::empty().await;
    let path = local_client(&app).await;
    let browser = app.browser();
    let page = silence(&browser, &path, "   ").await;
    assert!(page.main().contains("Say why it does not matter"), "{}", page.main());
    assert!(entries(&app, Action::RuleSilenced).await.is_empty());
    let form = page.form("form[action='/api/readiness/silence']", &path);
    for (reason, count) in [("first", 1), ("first", 1), ("second", 2)] {
        browser.submit_and_follow(&form.clone().set("reason", reason)).await;
        assert_eq!(entries(&app, Action::RuleSilenced).await.len(), count, "{reason}");
    }
    assert_eq!(browser.page(&path).await.text(".silence-reason"), "second");
    let unheard_of = browser.submit(&form.set("rule", "unheard_of").set("reason", "x")).await;
    assert_eq!(unheard_of.status, StatusCode::NOT_FOUND);
    assert!(unheard_of.body.contains("may still show what you typed"), "{}", unheard_of.body);
    assert_eq!(entries(&app, Action::RuleSilenced).await.len(), 2);
}

#[tokio::test]
async fn a_change_that_breaks_a_silenced_rule_with_another_value_is_reported_in_its_review() {
    let app = TestApp::empty().await;
    let path = local_client(&app).await;
    let browser = app.browser();
    silence(&browser, &path, "Only for developers").await;
    let review = async |url: &str| {
        let form = browser.form(&format!("{path}/edit")).await.add("return_urls[]", url);
        findings(&browser.submit_and_follow(&form).await)
    };
    assert_eq!(review("https://shop.example.com/other").await, Vec::<String>::new());
    assert_eq!(review("http://localhost/other").await.len(), 1, "it is new");
}
