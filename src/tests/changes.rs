//! Editing: the form, the review of what changes, the save, and giving it up.

use axum::http::StatusCode;
use partner_dashboard::domain::audit::Place;
use serde_json::json;

use crate::support::{Browser, Form, TestApp, changes};

/// The review of a form, as the browser reaches it: the address, and the form that saves.
pub async fn review(browser: &Browser<'_>, form: &Form) -> (String, Form) {
    let location = browser.submit(form).await.location();
    assert!(location.contains("step=review"), "{location}");
    let save = browser.form(&location).await;
    (location, save)
}

#[tokio::test]
async fn a_browser_without_javascript_edits_an_organisation_through_its_review() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    let before = partner.get(&format!("/organisations/{id}")).await;
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await;
    let form = form
        .set("name", "Copperfield & Daughters")
        .untick("allowed_scopes[]", "email")
        .add("enable_custom_logo", "true");
    app.sandbox.clear_requests();
    let (location, save) = review(&browser, &form).await;
    let page = browser.page(&location).await;
    assert_eq!(page.texts(".diff-field"), ["Name", "Allowed scopes", "Custom logo"]);
    assert_eq!(page.texts("del"), ["Copperfield Books", "email", "off"]);
    assert_eq!(page.texts("ins"), ["Copperfield & Daughters", "on"]);
    assert!(page.text(".diff-risk").contains("1 scope removed"));
    assert!(app.writes().is_empty(), "nothing is sent before the save");
    let page = browser.submit_and_follow(&save).await;
    assert!(page.text("main [role=status]").contains("“Copperfield & Daughters” has been saved."));
    assert_eq!(app.writes(), [format!("PUT /v1/organisations/{id}")]);
    let mut wanted = before;
    wanted["name"] = json!("Copperfield & Daughters");
    wanted["allowed_scopes"].as_array_mut().unwrap().retain(|scope| scope != "email");
    wanted["enable_custom_logo"] = json!(true);
    assert_eq!(partner.get(&format!("/organisations/{id}")).await, wanted);
}

#[tokio::test]
async fn a_browser_without_javascript_edits_a_client_through_its_review() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.client("Lantern Pet", "vet-portal").await;
    let before = partner.get(&format!("/clients/{id}")).await;
    let form = browser.form(&format!("/sandbox/clients/{id}/edit")).await;
    let form = form.set("return_urls[]", "https://new.example/cb").set("selected_product", "sign_up");
    let (location, save) = review(&browser, &form).await;
    let page = browser.page(&location).await;
    assert_eq!(page.texts(".diff-field"), ["Product", "Return URLs"]);
    browser.submit_and_follow(&save).await;
    let mut wanted = before;
    wanted["return_urls"] = json!(["https://new.example/cb"]);
    wanted["selected_product"] = json!("sign_up");
    assert_eq!(partner.get(&format!("/clients/{id}")).await, wanted);
}

#[tokio::test]
async fn an_id_with_a_tab_in_it_reaches_no_object_and_leaves_no_record() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    let (start, end) = id.split_at(4);
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.set("name", "Renamed");
    app.sandbox.clear_requests();
    for page in ["", "/edit", "/history"] {
        let answer = browser.get(&format!("/sandbox/organisations/{start}%09{end}{page}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page}");
    }
    let location = browser.submit(&form.set("id", &format!("{start}\t{end}"))).await.location();
    assert_eq!(browser.get(&location).await.status, StatusCode::NOT_FOUND, "the review");
    let draft = location.split_once("draft=").unwrap().1.split('&').next().unwrap();
    browser.post_form("/api/changes/save", &[("draft", draft)]).await;
    let asked: Vec<_> = app.sandbox.requests().into_iter().map(|request| request.path).collect();
    assert!(!asked.iter().any(|path| path.contains(end)), "the partner was asked: {asked:?}");
    assert_eq!(app.audit.list(&changes(), Place::Newest, 10).await.unwrap().items, []);
}

#[tokio::test]
async fn an_island_reviews_and_saves_both_kinds() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let organisation = format!("organisations/{}", partner.organisation("Copperfield Books").await);
    let client = format!("clients/{}", partner.client("Lantern Pet", "vet-portal").await);
    for object in [organisation, client] {
        let form = browser.form(&format!("/sandbox/{object}/edit")).await.set("name", "By an island");
        let location = browser.call(&form).await.island_location();
        let save = browser.form(&location).await;
        assert_eq!(browser.call(&save).await.island_location(), format!("/sandbox/{object}"));
        assert_eq!(partner.get(&format!("/{object}")).await["name"], "By an island");
    }
}

#[tokio::test]
async fn giving_up_leaves_everything_as_it_is() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let organisation = format!("organisations/{}", partner.organisation("Copperfield Books").await);
    let client = format!("clients/{}", partner.client("Lantern Pet", "vet-portal").await);
    app.sandbox.clear_requests();
    for object in [organisation, client] {
        let form = browser.form(&format!("/sandbox/{object}/edit")).await.set("name", "Never");
        let (location, _) = review(&browser, &form).await;
        let discard = browser.page(&location).await.form("form#discard", &location);
        assert_eq!(browser.submit(&discard).await.location(), format!("/sandbox/{object}"));
        assert!(browser.get(&location).await.location().starts_with(&format!("/sandbox/{object}")));
        let (location, _) = review(&browser, &form).await;
        let discard = browser.page(&location).await.form("form#discard", &location);
        assert_eq!(browser.call(&discard).await.island_location(), format!("/sandbox/{object}"));
        assert_eq!(browser.call(&discard).await.status, StatusCode::GONE);
    }
    assert!(app.writes().is_empty());
}

#[tokio::test]
async fn the_way_back_from_the_review_keeps_what_was_typed() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let id = app.partner().await.organisation("Copperfield Books").await;
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await;
    let form = form.set("name", "Typed").set("allowed_scopes_other", "typed.scope");
    let (location, _) = review(&browser, &form).await;
    let back = browser.page(&location).await.link("Back to the form");
    let kept = browser.form(&back).await;
    assert_eq!(kept.values("name"), ["Typed"]);
    assert_eq!(kept.values("allowed_scopes_other"), ["typed.scope"]);
}

#[tokio::test]
async fn a_form_that_changes_nothing_sends_nothing() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let organisation = format!("organisations/{}", partner.organisation("Mercia Ten-Pin").await);
    let client = format!("clients/{}", partner.client("Ashdown Pensions Administration", "member-site").await);
    app.sandbox.clear_requests();
    for object in [organisation, client] {
        let form = browser.form(&format!("/sandbox/{object}/edit")).await;
        let (location, save) = review(&browser, &form).await;
        let page = browser.page(&location).await;
        assert!(page.main().contains("No changes to save."), "{object}");
        assert!(page.control("Save changes").is_none());
        let page = browser.submit_and_follow(&save).await;
        assert!(page.main().contains("Nothing was sent"));
    }
    assert!(app.writes().is_empty());
}

#[tokio::test]
async fn what_the_partner_never_sent_is_not_frozen_by_saving_something_else() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    for (name, object) in [
        ("inherits", format!("organisations/{}", partner.organisation("Ashdown Pensions Administration").await)),
        ("without groups", format!("organisations/{}", partner.organisation("Mercia Ten-Pin").await)),
        ("client", format!("clients/{}", partner.client("Ashdown Pensions Administration", "member-site").await)),
    ] {
        let mut wanted = partner.get(&format!("/{object}")).await;
        wanted["name"] = json!("Renamed");
        let form = browser.form(&format!("/sandbox/{object}/edit")).await.set("name", "Renamed");
        let (_, save) = review(&browser, &form).await;
        browser.submit_and_follow(&save).await;
        let saved = partner.get(&format!("/{object}")).await;
        assert_eq!(saved, wanted, "{name}");
        assert_eq!(
            saved.as_object().unwrap().keys().collect::<Vec<_>>(),
            wanted.as_object().unwrap().keys().collect::<Vec<_>>(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn fields_that_nobody_knows_survive_a_save() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let organisation = format!("organisations/{}", partner.organisation("Pennine Outdoor Co-operative").await);
    let client = format!("clients/{}", partner.client("Pennine Outdoor Co-operative", "membership").await);
    for object in [organisation, client] {
        let odd = json!({"odd": {"deep": [1, 2.50, null, "x"]}, "huge": 12_345_678_901_234_567_u64, "none": false});
        partner.change(&format!("/{object}"), odd).await;
        let mut wanted = partner.get(&format!("/{object}")).await;
        wanted["name"] = json!("Renamed");
        let form = browser.form(&format!("/sandbox/{object}/edit")).await.set("name", "Renamed");
        let (_, save) = review(&browser, &form).await;
        browser.submit_and_follow(&save).await;
        assert_eq!(partner.get(&format!("/{object}")).await.to_string(), wanted.to_string());
    }
}

#[tokio::test]
async fn the_way_back_from_a_save_leads_to_the_object() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    let object = format!("/sandbox/organisations/{id}");
    let form = browser.form(&format!("{object}/edit")).await.set("name", "Once");
    let review = browser.submit(&form).await.location();
    browser.submit(&browser.form(&review).await).await.location();
    browser.page(&object).await;
    for back in [review.clone(), review.replace("&step=review", "")] {
        assert_eq!(browser.get(&back).await.location(), object, "{back}");
        assert!(browser.page(&object).await.main().contains("that you went back to"), "{back}");
    }
    let new = "/sandbox/organisations/new";
    let form = browser.form(new).await.set("name", "Thistledown").add("has_production_access", "true");
    let review = browser.submit(&form).await.location();
    let created = browser.submit(&browser.form(&review).await.set("confirmation", "Thistledown")).await.location();
    assert_eq!(browser.get(&review).await.location(), created, "to what was created");
    let never = browser.get(&format!("{new}?draft=00000000-0000-4000-8000-000000000000")).await;
    assert_eq!(never.status, StatusCode::GONE, "what never was leads nowhere");
}

#[tokio::test]
async fn a_draft_is_saved_once() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let id = app.partner().await.organisation("Copperfield Books").await;
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.set("name", "Once");
    let (_, save) = review(&browser, &form).await;
    browser.submit_and_follow(&save).await;
    let again = browser.submit_and_follow(&save).await;
    assert!(again.main().contains("This draft has expired"), "{}", again.main());
    assert_eq!(browser.call(&save).await.status, StatusCode::GONE);
    assert_eq!(app.writes().len(), 1);
}

#[tokio::test]
async fn what_the_partner_kept_otherwise_is_told() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.set("parent_id", "");
    let (_, save) = review(&browser, &form).await;
    let page = browser.submit_and_follow(&save).await;
    // The partner keeps the place in the tree when no parent is named.
    assert!(page.main().contains("OneID saved different values for: Parent organisation."));
}
