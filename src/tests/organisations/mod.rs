//! Organisations: the list as a tree and narrowed, the page of one, creating one.

mod list;
mod parent;
mod rows;

use axum::http::{Method, StatusCode, header};
use partner_dashboard::server::sandbox::SandboxOptions;
use serde_json::json;

use crate::support::{TestApp, TestOptions};

const LIST: &str = "/sandbox/organisations";

async fn generated(count: usize) -> TestApp {
    let sandbox =
        SandboxOptions { seed_data: false, generated_organisations: Some(count), ..SandboxOptions::default() };
    TestApp::with(TestOptions { sandbox, ..TestOptions::default() }).await
}

#[tokio::test]
async fn a_browser_without_javascript_creates_an_organisation_with_every_field() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let root = partner.root().await;
    let form = browser.form(&format!("{LIST}/new")).await;
    assert_eq!(form.values("parent_id"), [root.as_str()], "the only root is chosen beforehand");
    assert_eq!(form.values("enabled"), ["true"]);
    let form = form
        .named("  Meridian Coffee ")
        .add("allowed_scopes[]", "openid")
        .set("allowed_scopes_other", "email, custom.scope")
        .add("allowed_products[]", "sign_in")
        .add("allowed_provider_groups[]", "sandbox-participating")
        .add("enable_custom_logo", "true")
        .add("has_production_access", "true");
    let location = browser.submit(&form).await.location();
    let id = location.strip_prefix("/sandbox/organisations/").unwrap().to_owned();
    assert_eq!(
        partner.get(&format!("/organisations/{id}")).await,
        json!({
            "id": id,
            "name": "Meridian Coffee",
            "parent_id": root,
            "allowed_scopes": ["openid", "email", "custom.scope"],
            "allowed_products": ["sign_in"],
            "allowed_provider_groups": ["sandbox-participating"],
            "enable_custom_logo": true,
            "has_production_access": true,
            "enabled": true,
        })
    );
    let page = browser.page(&location).await;
    assert_eq!(page.text("h1"), "Meridian Coffee");
    assert!(page.text("main [role=status]").contains("“Meridian Coffee” has been created."));
    assert!(!browser.page(&location).await.has("main [role=status]"), "the message is shown once");
    assert!(browser.page(LIST).await.texts("tbody th").contains(&"Meridian Coffee".to_owned()));
}

#[tokio::test]
async fn an_island_creates_an_organisation_and_is_told_where_it_is() {
    let app = TestApp::empty().await;
    let pairs = [("connection", "sandbox"), ("name", "Meridian Coffee"), ("enabled", "true")];
    let answer = app.browser().post_island("/api/organisations/create", &pairs).await;
    let location = answer.island_location();
    let id = location.rsplit('/').next().unwrap().to_owned();
    assert_eq!(app.partner().await.get(&format!("/organisations/{id}")).await["name"], "Meridian Coffee");
}

#[tokio::test]
async fn what_was_left_blank_is_not_sent_so_that_the_partner_decides() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let form = browser.form(&format!("{LIST}/new")).await.set("name", "Meridian Coffee");
    let location = browser.submit(&form).await.location();
    let id = location.rsplit('/').next().unwrap().to_owned();
    let root = partner.root().await;
    let (created, own) =
        (partner.get(&format!("/organisations/{id}")).await, partner.get(&format!("/organisations/{root}")).await);
    assert_eq!(created["allowed_products"], own["allowed_products"], "the partner's own default");
    for member in ["allowed_scopes", "allowed_provider_groups", "enable_custom_logo", "has_production_access"] {
        assert_eq!(created.get(member), None, "{member}");
    }
    let page = browser.page(&location).await;
    assert_eq!(page.fact("Allowed scopes"), "OneID default");
}

#[tokio::test]
async fn the_page_of_an_organisation_shows_every_field_and_what_belongs_to_it() {
    let app = TestApp::start().await;
    let id = app.partner().await.organisation("Pennine Outdoor Co-operative").await;
    let page = app.browser().page(&format!("{LIST}/{id}")).await;
    assert_eq!(page.text("h1"), "Pennine Outdoor Co-operative");
    assert_eq!(page.fact("Parent organisation"), "Thistledown Retail Holdings");
    assert!(page.text(".subline").starts_with("Enabled Sandbox only"), "{}", page.text(".subline"));
    assert_eq!(page.fact("billing_reference"), "\"TRH-0044-PN\"");
    assert!(page.fact("account_manager").contains("R. Okonkwo"));
    assert!(page.texts("tbody th").contains(&"knife-and-axe-checkout".to_owned()));
    assert_eq!(page.texts(".breadcrumbs li")[1..3], ["Meridian Partner Services", "Thistledown Retail Holdings"]);
}

#[tokio::test]
async fn a_change_outside_is_seen_after_a_refresh() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    browser.page(LIST).await;
    partner.create("/organisations", &json!({"name": "Made elsewhere"})).await;
    assert!(!browser.page(LIST).await.main().contains("Made elsewhere"), "the list is a moment old");
    let refresh = browser.page(LIST).await.form("form.refresh", LIST);
    assert!(browser.submit_and_follow(&refresh).await.main().contains("Made elsewhere"));
}

#[tokio::test]
async fn a_slash_too_many_is_taken_away() {
    let app = TestApp::empty().await;
    let answer = app.browser().get("/sandbox/organisations/?q=x").await;
    assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(answer.headers[header::LOCATION], "/sandbox/organisations?q=x");
    let answer = app.browser().get("//evil.example/").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "never to another host");
}

#[tokio::test]
async fn what_does_not_exist_is_a_page_with_status_404() {
    let app = TestApp::empty().await;
    let unknown = "00000000-0000-0000-0000-000000000000";
    for path in [
        "/nowhere".to_owned(),
        "/nowhere/organisations".to_owned(),
        "/nowhere/clients".to_owned(),
        "/nowhere/organisations/new".to_owned(),
        "/sandbox/nothing".to_owned(),
        format!("/sandbox/organisations/{unknown}"),
        format!("/sandbox/organisations/{unknown}/edit"),
        format!("/sandbox/organisations/{unknown}/history"),
        format!("/sandbox/organisations/{unknown}/clients/new"),
        format!("/sandbox/clients/{unknown}"),
        "/audit/999".to_owned(),
        "/audit/x".to_owned(),
    ] {
        let answer = app.browser().get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        let page = answer.page();
        assert!(!page.text("h1").is_empty() && !page.text(".error-panel").is_empty(), "{path}: {}", answer.body);
    }
    let request = app.browser().request(Method::GET, "/nowhere").body(axum::body::Body::empty()).unwrap();
    assert_eq!(app.browser().send(request).await.status, StatusCode::NOT_FOUND, "without an Accept header too");
}

#[tokio::test]
async fn both_environments_are_told_apart_in_words() {
    let app = TestApp::start().await;
    let browser = app.browser();
    assert_eq!(browser.page(LIST).await.text(".band-name"), "OneID sandbox");
    assert_eq!(browser.page("/production/organisations").await.text(".band-name"), "OneID production");
    let overview = browser.page("/").await;
    assert_eq!(overview.count(".connection-card"), 2);
    assert_eq!(overview.count(".connection-card .pill"), 0, "what is as it should be needs none");
}
