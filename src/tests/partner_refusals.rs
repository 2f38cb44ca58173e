//! The partner says no: the admin sees its words, the log has them, and what was typed is kept.

use axum::http::{Method, StatusCode};
use partner_dashboard::domain::audit::{AuditEntry, Outcome, Place};
use partner_dashboard::server::sandbox::FaultKind;
use serde_json::{Value, json};

use crate::support::{Page, TestApp, changes};

async fn last_entry(app: &TestApp) -> AuditEntry {
    app.audit.list(&changes(), Place::Newest, 1).await.unwrap().items.remove(0)
}

fn refusal(status: u16, body: &Value) -> FaultKind {
    FaultKind::Status {
        status: StatusCode::from_u16(status).unwrap(),
        body: Some(body.to_string()),
        content_type: Some("application/json".to_owned()),
    }
}

/// The notice shows status, words and request id; the log has them too.
async fn assert_told(app: &TestApp, page: &Page, status: u16, words: &str) {
    let entry = last_entry(app).await;
    let completion = entry.completion.clone().unwrap();
    assert_eq!(completion.outcome, Outcome::Refused);
    assert_eq!(completion.http_status, Some(status));
    let request_id = completion.partner_request_id.unwrap();
    let sent = app.sandbox.requests().into_iter().rev().find(|request| request.method != "GET").unwrap();
    assert_eq!(request_id, sent.request_id, "the id is the one of this very answer");
    let notice = page.text(".notice-bad");
    for part in [words, &status.to_string(), &request_id, "Nothing has been changed."] {
        assert!(notice.contains(part), "{part} is not in {notice}");
    }
    assert!(completion.detail.unwrap().contains(words));
    let entry_page = app.browser().page(&format!("/audit/{}", entry.id)).await.main();
    for part in ["Refused", words, &status.to_string(), &request_id] {
        assert!(entry_page.contains(part), "{part} is not in {entry_page}");
    }
}

#[tokio::test]
async fn a_refused_organisation_comes_back_with_the_partners_words_at_the_field() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let form = browser.form("/sandbox/organisations/new").await;
    let form = form.set("name", "Meridian").set("allowed_products_other", "not_ours").add("allowed_scopes[]", "openid");
    let page = browser.submit_and_follow(&form).await;
    assert_told(&app, &page, 400, "it is not one of yours").await;
    assert!(page.text("#allowed_products-error").contains("OneID rejected this: allowed_products may not contain"));
    assert_eq!(page.count("main .notice"), 1, "one message for one thing: {}", page.main());
    assert_eq!(page.attribute(".notice-bad a[href^='#']", "href"), "#allowed_products");
    assert!(!page.main().contains("Nothing has been sent"), "it was sent");
    let kept = page.form("form.form", "");
    assert_eq!(kept.values("name"), ["Meridian"]);
    assert_eq!(kept.values("allowed_products_other"), ["not_ours"]);
    assert_eq!(kept.values("allowed_scopes[]"), ["openid"]);
    assert_eq!(app.partner().await.count("Meridian").await, 0);
}

#[tokio::test]
async fn every_status_that_says_no_is_shown_with_its_words() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let cases = [
        (400, json!({"message": "Bad luck"})),
        (403, json!({"error": "forbidden", "error_description": "Bad luck"})),
        (404, json!({"state": "FAILED", "id": "1", "message": "Bad luck"})),
        (409, json!({"errors": [{"message": "Bad luck"}]})),
        (422, json!({"errors": ["Bad luck"]})),
        (429, json!({"detail": "Bad luck"})),
    ];
    for (status, body) in cases {
        app.fault(&Method::POST, refusal(status, &body));
        let form = browser.form("/sandbox/organisations/new").await.set("name", "Typed");
        let page = browser.submit_and_follow(&form).await;
        assert_told(&app, &page, status, "Bad luck").await;
        assert_eq!(page.form("form.form", "").values("name"), ["Typed"], "{status}");
        app.sandbox.clear_faults();
    }
}

#[tokio::test]
async fn a_refused_save_comes_back_to_the_form_or_the_review_and_can_be_sent_again() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    for (status, is_about_the_form) in [(400, true), (409, true), (403, false), (404, false)] {
        let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await;
        let form = form.set("name", &format!("Name {status}"));
        let review = browser.submit(&form).await.location();
        let save = browser.form(&review).await;
        app.fault(&Method::PUT, refusal(status, &json!({"message": "Bad luck"})));
        let location = browser.submit(&save).await.location();
        assert_eq!(!location.contains("step=review"), is_about_the_form, "{status}: {location}");
        let page = browser.page(&location).await;
        assert_told(&app, &page, status, "Bad luck").await;
        app.sandbox.clear_faults();
        let mut next = page.form("form.form", &location);
        if is_about_the_form {
            assert_eq!(next.values("name"), [format!("Name {status}")]);
            let review = browser.submit(&next).await.location();
            next = browser.form(&review).await;
        }
        let page = browser.submit_and_follow(&next).await;
        assert!(page.main().contains(&format!("“Name {status}” has been saved.")), "{status}");
        assert_eq!(partner.get(&format!("/organisations/{id}")).await["name"], format!("Name {status}"));
    }
}

#[tokio::test]
async fn a_refused_client_comes_back_with_the_partners_words_at_the_field() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let organisation = partner.organisation("Copperfield Books").await;
    let form = browser.form(&format!("/sandbox/organisations/{organisation}/clients/new")).await;
    let form = form.named("till").set("return_urls[]", "https://a.example/x").add("is_production", "true");
    let page = browser.submit_and_follow(&form).await;
    assert_told(&app, &page, 400, "only if the organisation has production access").await;
    assert!(page.text("#is_production-error").contains("OneID rejected this"));
    let kept = page.form("form.form", "");
    assert_eq!(kept.values("is_production"), ["true"]);
    assert_eq!(kept.values("return_urls[]"), ["https://a.example/x"]);
}

#[tokio::test]
async fn an_island_gets_the_refusal_as_a_code_with_the_partners_words() {
    let app = TestApp::empty().await;
    let pairs = [("connection", "sandbox"), ("name", "x"), ("allowed_products[]", "not_ours")];
    let answer = app.browser().post_island("/api/organisations/create", &pairs).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let failure = &answer.json()["code"]["partner"];
    assert_eq!(
        (&failure["kind"], &failure["status"], &failure["effect"]),
        (&json!("refused"), &json!(400), &json!("none"))
    );
    assert_eq!(failure["fields"][0]["field"], "allowed_products");
    assert!(failure["request_id"].is_string());
}

#[tokio::test]
async fn credentials_without_the_right_are_said_so_on_pages_too() {
    let app = TestApp::empty().await;
    app.fault(&Method::GET, refusal(403, &json!({"message": "Not your organisation"})));
    let answer = app.browser().get("/sandbox/organisations").await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    let page = answer.page();
    assert_eq!(page.text("h1"), "OneID did not allow this");
    assert!(page.main().contains("Not your organisation") && page.main().contains("Partner request ID"));
    assert_eq!(page.link("Try again"), "/sandbox/organisations");
}
