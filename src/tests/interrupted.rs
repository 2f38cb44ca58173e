//! A browser that goes away in the middle of a change changes nothing for anybody else.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use partner_dashboard::domain::audit::{Outcome, Place};
use partner_dashboard::server::sandbox::FaultKind;
use serde_json::{Value, json};

use crate::support::{Browser, Form, TestApp, changes};

/// Sends a form, and goes away as soon as the partner has been asked to write.
async fn send_and_go_away(app: &TestApp, browser: &Browser<'_>, form: &Form) {
    let before = app.writes().len();
    let written = async {
        while app.writes().len() == before {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = written => {}
        _ = browser.submit(form) => panic!("it was answered before it went away"),
    }
}

async fn until_recorded(app: &TestApp) -> Outcome {
    let recorded = async {
        loop {
            let entries = app.audit.list(&changes(), Place::Newest, 1).await.unwrap();
            if let Some(entry) = entries.items.first().filter(|entry| entry.completion.is_some()) {
                return entry.outcome();
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), recorded).await.expect("the change is recorded")
}

#[tokio::test]
async fn a_save_goes_on_alone_and_the_next_editor_waits_for_it() {
    let app = TestApp::start().await;
    let (ada, ben, partner) = (app.browser(), app.browser(), app.partner().await);
    let object = format!("organisations/{}", partner.organisation("Copperfield Books").await);
    let edit = format!("/sandbox/{object}/edit");
    let review = ada.submit(&ada.form(&edit).await.set("name", "By Ada")).await.location();
    let save = ada.form(&review).await;
    let bens_form = ben.form(&edit).await.add("enable_custom_logo", "true");
    let bens_review = ben.submit(&bens_form).await.location();
    let bens_save = ben.form(&bens_review).await;
    app.sandbox.clear_requests();
    app.fault(&Method::PUT, FaultKind::Latency(Duration::from_millis(500)));
    send_and_go_away(&app, &ada, &save).await;

    // Ben's save is compared with what Ada's has made of the object, not sent over it.
    let location = ben.submit(&bens_save).await.location();
    assert!(location.contains("step=review"), "he looks again: {location}");
    assert_eq!(partner.get(&format!("/{object}")).await["name"], "By Ada");
    let again = ben.form(&location).await;
    ben.submit_and_follow(&again).await;
    let now = partner.get(&format!("/{object}")).await;
    assert_eq!((&now["name"], &now["enable_custom_logo"]), (&json!("By Ada"), &json!(true)));

    assert!(ada.page("/account").await.texts(".flash").join(" ").contains("“By Ada” has been saved."));
    assert!(!ada.page("/account").await.has("table a[href*='draft=']"), "the draft has done its work");
    let entries = app.audit.list(&changes(), Place::Newest, 10).await.unwrap();
    assert!(entries.items.iter().all(|entry| entry.outcome() == Outcome::Applied));
}

#[tokio::test]
async fn a_creation_goes_on_alone_and_its_form_leads_to_what_it_created() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let root = partner.root().await;
    let path = format!("/sandbox/organisations/{root}/clients/new");
    let form = browser.form(&path).await.named("till");
    app.fault(&Method::POST, FaultKind::Latency(Duration::from_millis(300)));
    app.sandbox.clear_requests();
    send_and_go_away(&app, &browser, &form).await;
    assert_eq!(until_recorded(&app).await, Outcome::Applied);
    let page = browser.submit_and_follow(&form).await;
    assert!(page.has("output#secret"), "the secret was not shown yet: {}", page.main());
    assert_eq!(app.writes().len(), 1);
}

#[tokio::test]
async fn nothing_new_is_begun_when_the_server_is_about_to_end_and_what_was_typed_is_kept() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    let create = browser.form("/sandbox/organisations/new").await.set("name", "Too late");
    let edit = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.set("name", "Too late");
    let save = browser.form(&browser.submit(&edit).await.location()).await;
    app.sandbox.clear_requests();
    app.writing.close();
    for form in [create, save] {
        let island = browser.call(&form).await;
        assert_eq!((island.status, &island.json()["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("ending")));
        let page = browser.page(&browser.submit(&form).await.location()).await;
        assert!(page.text("[role=alert]").contains("Nothing has been sent"), "{}", page.main());
        assert!(page.main().contains("Too late") || page.form("form.form", "").values("name") == ["Too late"]);
    }
    assert!(app.writes().is_empty());
    assert_eq!(app.audit.list(&changes(), Place::Newest, 1).await.unwrap().count.number, 0);
}

/// Renames an organisation to “First” in a draft, and leaves while the partner takes its time: then it saves it, or answers with a
/// status. What is returned is the path of the organisation at the partner, and that of the draft.
async fn begin_slow_save(app: &TestApp, ada: &Browser<'_>, answer: Option<StatusCode>) -> (String, String) {
    let object = format!("organisations/{}", app.partner().await.organisation("Copperfield Books").await);
    let review = ada.submit(&ada.form(&format!("/sandbox/{object}/edit")).await.set("name", "First")).await.location();
    let save = ada.form(&review).await;
    app.sandbox.clear_requests();
    app.fault(&Method::PUT, FaultKind::Latency(Duration::from_secs(3)));
    if let Some(status) = answer {
        app.fault(&Method::PUT, FaultKind::status(status));
    }
    send_and_go_away(app, ada, &save).await;
    (object, review.replace("&step=review", ""))
}

async fn name_of(app: &TestApp, object: &str) -> Value {
    app.partner().await.get(&format!("/{object}")).await["name"].clone()
}

#[tokio::test]
async fn what_is_edited_in_the_same_draft_while_it_is_saved_is_neither_lost_nor_said_to_be_saved() {
    let app = TestApp::start().await;
    let ada = app.browser();
    let (object, draft) = begin_slow_save(&app, &ada, None).await;
    let second = ada.submit(&ada.form(&draft).await.set("name", "Second")).await.location();
    let answer = ada.submit(&ada.form(&second).await).await.location();
    assert!(answer.contains("step=review"), "she looks again: {answer}");
    assert_eq!(name_of(&app, &object).await, "First");
    let again = ada.form(&answer).await;
    let page = ada.submit_and_follow(&again.set("resolution[name]", "mine")).await;
    assert!(page.main().contains("“Second” has been saved."), "{}", page.main());
    assert_eq!(name_of(&app, &object).await, "Second");
}

#[tokio::test]
async fn what_is_edited_in_the_same_draft_while_its_save_fails_is_not_lost() {
    let app = TestApp::start().await;
    let ada = app.browser();
    let (object, draft) = begin_slow_save(&app, &ada, Some(StatusCode::BAD_REQUEST)).await;
    let second = ada.form(&draft).await.set("name", "Second");
    let reviewed = ada.submit(&second).await.location();
    assert_eq!(until_recorded(&app).await, Outcome::Refused);
    app.sandbox.clear_faults();
    ada.submit(&ada.form(&reviewed).await).await;
    assert_eq!(name_of(&app, &object).await, "Second");
}
