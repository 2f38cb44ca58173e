//! Two people, one object: what the other one changed is kept, merged or decided, never lost.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Browser, Form, Partner, TestApp};

struct Edit<'a> {
    browser: Browser<'a>,
    partner: Partner,
    /// The path of the object below `/v1` and below the connection.
    object: String,
    form: Form,
}

impl<'a> Edit<'a> {
    /// Ada has the form of an organisation open.
    async fn of(app: &'a TestApp, name: &str) -> Self {
        let (browser, partner) = (app.browser(), app.partner().await);
        let object = format!("organisations/{}", partner.organisation(name).await);
        let form = browser.form(&format!("/sandbox/{object}/edit")).await;
        app.sandbox.clear_requests();
        Self { browser, partner, object, form }
    }

    async fn outside(&self, members: Value) {
        self.partner.change(&format!("/{}", self.object), members).await;
    }

    async fn now(&self) -> Value {
        self.partner.get(&format!("/{}", self.object)).await
    }

    async fn review(&self, form: Form) -> (String, Form) {
        let location = self.browser.submit(&form).await.location();
        let save = self.browser.form(&location).await;
        (location, save)
    }
}

#[tokio::test]
async fn what_changed_elsewhere_between_form_and_review_is_shown_and_kept() {
    let app = TestApp::start().await;
    let edit = Edit::of(&app, "Copperfield Books").await;
    edit.outside(json!({"enable_custom_logo": true, "note": "by hand"})).await;
    let (location, save) = edit.review(edit.form.clone().set("name", "Renamed")).await;
    let page = edit.browser.page(&location).await;
    assert_eq!(page.texts("section:has(#kept) .diff-field"), ["Custom logo"]);
    assert_eq!(page.texts("section:has(#changes) .diff-field"), ["Name"]);
    edit.browser.submit_and_follow(&save).await;
    let now = edit.now().await;
    assert_eq!(
        (&now["name"], &now["enable_custom_logo"], &now["note"]),
        (&json!("Renamed"), &json!(true), &json!("by hand"))
    );
}

#[tokio::test]
async fn lists_that_both_changed_are_merged_member_by_member() {
    let app = TestApp::start().await;
    let edit = Edit::of(&app, "Copperfield Books").await;
    let mut scopes = edit.now().await["allowed_scopes"].clone();
    scopes.as_array_mut().unwrap().retain(|scope| scope != "phone");
    scopes.as_array_mut().unwrap().push(json!("theirs"));
    edit.outside(json!({"allowed_scopes": scopes})).await;
    let form = edit.form.clone().untick("allowed_scopes[]", "email").set("allowed_scopes_other", "mine");
    let (location, save) = edit.review(form).await;
    assert!(!edit.browser.page(&location).await.has("fieldset.conflict"));
    edit.browser.submit_and_follow(&save).await;
    let saved: Vec<String> = serde_json::from_value(edit.now().await["allowed_scopes"].clone()).unwrap();
    assert!(saved.contains(&"theirs".to_owned()) && saved.contains(&"mine".to_owned()), "{saved:?}");
    assert!(!saved.contains(&"email".to_owned()) && !saved.contains(&"phone".to_owned()), "{saved:?}");
}

#[tokio::test]
async fn a_change_between_review_and_save_leads_back_to_the_review() {
    let app = TestApp::start().await;
    let edit = Edit::of(&app, "Copperfield Books").await;
    let (_, save) = edit.review(edit.form.clone().set("name", "Renamed")).await;
    edit.outside(json!({"enable_custom_logo": true})).await;
    app.sandbox.clear_requests();
    let island = edit.browser.call(&save).await;
    assert_eq!((island.status, island.json()["code"].clone()), (StatusCode::CONFLICT, json!("not_ready")));
    let location = edit.browser.submit(&save).await.location();
    assert!(location.contains("step=review"));
    assert!(app.writes().is_empty(), "nothing was sent");
    let page = edit.browser.page(&location).await;
    assert!(page.main().contains("The object has changed at OneID since you last saw this page."));
    assert_eq!(page.texts("section:has(#kept) .diff-field"), ["Custom logo"]);
    let save = page.form("form.form", &location);
    edit.browser.submit_and_follow(&save).await;
    let now = edit.now().await;
    assert_eq!((&now["name"], &now["enable_custom_logo"]), (&json!("Renamed"), &json!(true)));
}

#[tokio::test]
async fn a_field_that_nobody_here_knows_may_change_meanwhile_and_is_not_overwritten() {
    let app = TestApp::start().await;
    let edit = Edit::of(&app, "Copperfield Books").await;
    let (_, save) = edit.review(edit.form.clone().set("name", "Renamed")).await;
    edit.outside(json!({"billing_reference": "new"})).await;
    edit.browser.submit_and_follow(&save).await;
    let now = edit.now().await;
    assert_eq!((&now["name"], &now["billing_reference"]), (&json!("Renamed"), &json!("new")));
}

#[tokio::test]
async fn a_field_that_both_changed_needs_a_decision() {
    for (decision, wanted) in [("mine", "Mine"), ("theirs", "Theirs")] {
        let app = TestApp::start().await;
        let edit = Edit::of(&app, "Copperfield Books").await;
        edit.outside(json!({"name": "Theirs"})).await;
        let form = edit.form.clone().set("name", "Mine").add("enable_custom_logo", "true");
        let (location, save) = edit.review(form).await;
        let page = edit.browser.page(&location).await;
        let conflict = page.text("fieldset.conflict");
        for words in ["Name", "Copperfield Books", "Mine", "Theirs"] {
            assert!(conflict.contains(words), "{conflict}");
        }
        app.sandbox.clear_requests();
        for undecided in [save.clone(), save.clone().set("resolution[name]", "both")] {
            let location = edit.browser.submit(&undecided).await.location();
            let page = edit.browser.page(&location).await;
            assert!(page.main().contains("Choose a value for each conflict"), "{}", page.main());
            assert_eq!(edit.browser.call(&undecided).await.status, StatusCode::CONFLICT);
        }
        assert!(app.writes().is_empty());
        edit.browser.submit_and_follow(&save.set("resolution[name]", decision)).await;
        let now = edit.now().await;
        assert_eq!((&now["name"], &now["enable_custom_logo"]), (&json!(wanted), &json!(true)), "{decision}");
    }
}

#[tokio::test]
async fn a_conflict_without_a_decision_is_told_at_its_choice_and_linked_with_it() {
    let app = TestApp::start().await;
    let edit = Edit::of(&app, "Copperfield Books").await;
    edit.outside(json!({"name": "Theirs"})).await;
    let (_, save) = edit.review(edit.form.clone().set("name", "Mine")).await;
    let page = edit.browser.submit_and_follow(&save).await;
    assert!(page.has(".error-summary[role=alert][tabindex='-1'][autofocus]"));
    assert_eq!(page.attribute(".error-summary a", "href"), "#conflict-name");
    assert!(page.has("fieldset#conflict-name[tabindex='-1'][aria-describedby=conflict-name-error]"));
    assert_eq!(page.text("#conflict-name-error"), "Choose a value.");
}

#[tokio::test]
async fn their_value_alone_sends_nothing() {
    let app = TestApp::start().await;
    let edit = Edit::of(&app, "Copperfield Books").await;
    edit.outside(json!({"name": "Theirs"})).await;
    let (_, save) = edit.review(edit.form.clone().set("name", "Mine")).await;
    app.sandbox.clear_requests();
    let page = edit.browser.submit_and_follow(&save.set("resolution[name]", "theirs")).await;
    assert!(page.main().contains("Nothing was sent"));
    assert!(app.writes().is_empty());
}

#[tokio::test]
async fn a_dangerous_value_that_wins_a_conflict_needs_the_typed_name_too() {
    let app = TestApp::start().await;
    let edit = Edit::of(&app, "Copperfield Books").await;
    edit.outside(json!({"enabled": null})).await;
    let (location, save) = edit.review(edit.form.clone().clear("enabled")).await;
    let page = edit.browser.page(&location).await;
    assert!(page.has("fieldset.conflict") && page.has("input#confirmation"), "{}", page.main());
    app.sandbox.clear_requests();
    let mine = save.set("resolution[enabled]", "mine");
    let location = edit.browser.submit(&mine).await.location();
    assert!(edit.browser.page(&location).await.main().contains("The name you typed does not match"));
    assert!(app.writes().is_empty());
    edit.browser.submit_and_follow(&mine.set("confirmation", "Copperfield Books")).await;
    assert_eq!(edit.now().await["enabled"], false);
}

#[tokio::test]
async fn two_admins_who_save_the_same_object_do_not_lose_each_others_work() {
    let app = TestApp::start().await;
    let ada = Edit::of(&app, "Copperfield Books").await;
    let ben = app.browser();
    let ben_form = ben.form(&format!("/sandbox/{}/edit", ada.object)).await.add("enable_custom_logo", "true");
    let (_, ada_save) = ada.review(ada.form.clone().set("name", "By Ada")).await;
    let ben_location = ben.submit(&ben_form).await.location();
    let ben_save = ben.form(&ben_location).await;
    let (ada_answer, ben_answer) = futures::join!(ada.browser.submit(&ada_save), ben.submit(&ben_save));
    let sent_back =
        [&ada_answer, &ben_answer].iter().filter(|answer| answer.location().contains("step=review")).count();
    assert_eq!(sent_back, 1, "the second one looks again");
    for (browser, answer) in [(&ada.browser, &ada_answer), (&ben, &ben_answer)] {
        if answer.location().contains("step=review") {
            let save = browser.form(&answer.location()).await;
            browser.submit_and_follow(&save).await;
        }
    }
    let now = ada.now().await;
    assert_eq!((&now["name"], &now["enable_custom_logo"]), (&json!("By Ada"), &json!(true)));
}

#[tokio::test]
async fn an_object_that_is_gone_at_the_save_is_said_and_the_draft_is_kept() {
    use partner_dashboard::server::sandbox::FaultKind;
    let app = TestApp::start().await;
    let edit = Edit::of(&app, "Copperfield Books").await;
    let (_, save) = edit.review(edit.form.clone().set("name", "Renamed")).await;
    app.fault(&axum::http::Method::GET, FaultKind::status(StatusCode::NOT_FOUND));
    let answer = edit.browser.submit(&save).await;
    let location = answer.location();
    let page = edit.browser.get(&location).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.page().main().contains("Not found at OneID"));
    app.sandbox.clear_faults();
    assert_eq!(edit.browser.get(&location).await.status, StatusCode::OK, "the draft is still there");
    assert!(app.writes().is_empty());
}
