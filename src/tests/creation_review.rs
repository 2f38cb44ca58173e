//! Creating with care: what concerns live users, or breaks a rule that is an error, is reviewed and its name typed first.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{Browser, Form, TestApp};

/// An organisation that may create production clients, and the path of the form for one.
async fn production_form(app: &TestApp, browser: &Browser<'_>) -> (String, Form) {
    let partner = app.partner().await;
    let root = partner.root().await;
    let allowed = json!({"has_production_access": true, "allowed_products": ["sign_up"], "allowed_scopes": ["openid"]});
    partner.change(&format!("/organisations/{root}"), allowed).await;
    let path = format!("/sandbox/organisations/{root}/clients/new");
    let form = browser.form(&path).await;
    app.sandbox.clear_requests();
    (path, form.set("name", "till & <co>").set("return_urls[]", "https://till.example/cb").add("is_production", "true"))
}

#[tokio::test]
async fn a_production_client_is_reviewed_and_its_name_typed_before_it_is_created() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let (path, form) = production_form(&app, &browser).await;
    let form = form.set("selected_product", "sign_up").set("required_scopes_other", "openid, address");
    let review = browser.submit(&form).await.location();
    assert!(review.starts_with(&format!("{path}?draft=")) && review.ends_with("&step=review"), "{review}");
    assert!(app.writes().is_empty(), "nothing is sent before the review");
    let page = browser.page(&review).await;
    assert_eq!(page.text("h1"), "Review the new client");
    for told in ["Production turned on", "Type till & <co> to confirm", "https://till.example/cb", "openid", "address"]
    {
        assert!(page.main().contains(told), "{told}: {}", page.main());
    }
    let breaks = page.text("section:has(#readiness) .finding-values");
    assert!(breaks.starts_with("address"), "what breaks a rule is named: {breaks}");
    let sent = page.form("form.form", &review);
    for typed in ["", "till"] {
        let back = browser.submit(&sent.clone().set("confirmation", typed)).await.location();
        assert!(browser.page(&back).await.text(".notice-warning").contains("does not match"), "{typed:?}");
    }
    assert!(app.writes().is_empty());
    let form = browser.form(&browser.page(&review).await.link("Back to the form")).await;
    assert_eq!(form.values("name"), ["till & <co>"], "nothing that was typed is lost");
    let location = browser.submit(&sent.clone().set("confirmation", "till & <co>")).await.location();
    let id = location.strip_prefix("/sandbox/clients/").unwrap().split('?').next().unwrap();
    let created = app.partner().await.get(&format!("/clients/{id}")).await;
    assert_eq!((&created["name"], &created["is_production"]), (&json!("till & <co>"), &json!(true)));
    assert_eq!(created["required_scopes"], json!(["openid", "address"]));
    let again = browser.submit(&sent.set("confirmation", "till & <co>")).await.location();
    assert!(again.starts_with(&format!("/sandbox/clients/{id}")), "a second click leads to what the first created");
    let clients = app.partner().await.get(&path.replace("/sandbox", "").replace("/new", "")).await;
    assert_eq!(clients.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_name_of_a_new_object_is_typed_as_its_review_shows_it() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let form = browser.form("/sandbox/organisations/new").await;
    let form = form.set("name", "Zoe\u{308}  Ltd").add("has_production_access", "true");
    let review = browser.submit(&form).await.location();
    let sent = browser.form(&review).await;
    let page = browser.submit_and_follow(&sent.clone().set("confirmation", "Zoe Ltd")).await;
    assert_eq!(page.attribute(".error-summary a", "href"), "#confirmation");
    assert!(page.has("#confirmation[aria-invalid=true][aria-describedby=confirmation-error]"));
    let location = browser.submit(&sent.set("confirmation", "Zoë Ltd")).await.location();
    assert!(location.starts_with("/sandbox/organisations/") && !location.contains("step=review"), "{location}");
}

#[tokio::test]
async fn what_breaks_a_rule_that_is_an_error_is_reviewed_in_the_sandbox_too() {
    let app = TestApp::empty().await;
    let (browser, root) = (app.browser(), app.partner().await.root().await);
    let form = browser.form(&format!("/sandbox/organisations/{root}/clients/new")).await;
    let page = browser.submit_and_follow(&form.set("name", "till").set("return_urls[]", "https://a.example/")).await;
    assert!(page.text("section:has(#readiness)").contains("No product"), "{}", page.main());
    assert!(page.has("#confirmation"));
    assert!(app.writes().is_empty());
}

#[tokio::test]
async fn an_organisation_with_production_access_is_reviewed_and_one_without_is_not() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let form = browser.form("/sandbox/organisations/new").await;
    let location = browser.submit(&form.clone().set("name", "Meridian")).await.location();
    assert!(location.starts_with("/sandbox/organisations/") && !location.contains("step=review"), "{location}");
    let form = browser.form("/sandbox/organisations/new").await;
    let form = form.set("name", "Thistledown").add("has_production_access", "true");
    let review = browser.submit(&form).await.location();
    let page = browser.page(&review).await;
    assert_eq!(page.text("h1"), "Review the new organisation");
    let location = browser.submit(&page.form("form.form", &review).set("confirmation", "Thistledown")).await.location();
    assert_eq!(browser.page(&location).await.text("h1"), "Thistledown");
}

#[tokio::test]
async fn a_caller_gives_the_name_at_once_or_is_told_that_a_review_is_missing() {
    let app = TestApp::empty().await;
    let root = app.partner().await.root().await;
    let mut pairs = vec![("connection", "sandbox"), ("organisation_id", root.as_str()), ("name", "till")];
    let refused = app.browser().post_island("/api/clients/create", &pairs).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(app.writes().is_empty());
    pairs.push(("confirmation", "till"));
    let location = app.browser().post_island("/api/clients/create", &pairs).await.island_location();
    assert!(location.starts_with("/sandbox/clients/"), "{location}");
}

#[tokio::test]
async fn the_review_is_for_those_who_may_create_there_and_its_draft_is_theirs() {
    let app = TestApp::with(crate::support::TestOptions::behind_a_proxy()).await;
    let browser = app.browser_of("ada", "admins");
    let form = browser.form("/sandbox/organisations/new").await;
    let form = form.set("name", "Thistledown").add("has_production_access", "true");
    let review = browser.submit(&form).await.location();
    assert_eq!(browser.get(&review).await.status, StatusCode::OK);
    let other = app.browser_of("eve", "admins").get(&review).await;
    assert_eq!(other.page().text("h1"), "This draft has expired");
    let viewer = app.browser_of("ada", "viewers").get(&review).await;
    assert_eq!(viewer.status, StatusCode::FORBIDDEN);
}
