//! A dangerous change is confirmed by the name of the object, typed as the page shows it.

use axum::http::StatusCode;
use serde_json::json;

use crate::changes::review;
use crate::support::TestApp;

#[tokio::test]
async fn a_dangerous_change_needs_the_name_typed_exactly() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let organisation = format!("organisations/{}", partner.organisation("Copperfield Books").await);
    let client = format!("clients/{}", partner.client("Lantern Pet", "vet-portal").await);
    app.sandbox.clear_requests();
    for (object, name) in [(organisation, "Copperfield Books"), (client, "vet-portal")] {
        let form = browser.form(&format!("/sandbox/{object}/edit")).await.clear("enabled");
        let (location, save) = review(&browser, &form).await;
        let page = browser.page(&location).await;
        assert!(page.has("input#confirmation"));
        for wrong in ["", "copperfield books", "x"] {
            let answer = browser.submit(&save.clone().set("confirmation", wrong)).await;
            assert!(answer.location().contains("step=review"));
            assert!(browser.page(&answer.location()).await.main().contains("The name you typed does not match"));
            let island = browser.call(&save.clone().set("confirmation", wrong)).await;
            assert_eq!(island.status, StatusCode::CONFLICT);
            assert_eq!(island.json()["code"], "not_ready");
        }
        assert!(app.writes().is_empty());
        browser.submit_and_follow(&save.set("confirmation", name)).await;
        assert_eq!(app.writes(), [format!("PUT /v1/{object}")]);
        assert_eq!(partner.get(&format!("/{object}")).await["enabled"], false);
        app.sandbox.clear_requests();
    }
}

#[tokio::test]
async fn a_name_is_typed_as_the_page_shows_it_whatever_white_space_and_accents_it_is_written_with() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let object = format!("organisations/{}", partner.organisation("Copperfield Books").await);
    partner.change(&format!("/{object}"), json!({"name": "Zoe\u{308}’s  Books\u{a0}Ltd"})).await;
    let form = browser.form(&format!("/sandbox/{object}/edit")).await.clear("enabled");
    let (_, save) = review(&browser, &form).await;
    app.sandbox.clear_requests();
    browser.submit_and_follow(&save.set("confirmation", "Zoë’s Books Ltd")).await;
    assert_eq!(app.writes(), [format!("PUT /v1/{object}")]);
    assert_eq!(partner.get(&format!("/{object}")).await["enabled"], false);
}

#[tokio::test]
async fn a_name_that_was_typed_wrongly_is_told_at_its_line_and_linked_with_it() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.clear("enabled");
    let (location, save) = review(&browser, &form).await;
    let page = browser.page(&location).await;
    assert!(!page.has("#confirmation[aria-invalid], #confirmation[aria-describedby], .error-summary"));
    let page = browser.submit_and_follow(&save.set("confirmation", "wrong")).await;
    assert!(page.has(".error-summary[role=alert][tabindex='-1'][autofocus]"));
    assert_eq!(page.attribute(".error-summary a", "href"), "#confirmation");
    assert!(page.has("#confirmation[aria-invalid=true][aria-describedby=confirmation-error]"));
    assert_eq!(page.text("#confirmation-error"), "The name you typed does not match.");
}
