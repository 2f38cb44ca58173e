//! Duplicating an object: a form for a new one that opens on its values, here or in another environment.

use axum::http::StatusCode;
use partner_dashboard::server::sandbox::System;
use serde_json::{Value, json};

use crate::support::{Browser, Form, Page, Partner, TestApp};

const CARD: &str = "section:has(#readiness)";

/// What a member holds: a list in any order, where no list is an empty one.
fn texts(member: &Value) -> Vec<String> {
    let items = member.as_array().cloned().unwrap_or_else(|| vec![member.clone()]);
    let mut texts: Vec<String> = items.iter().filter(|item| !item.is_null()).map(Value::to_string).collect();
    texts.sort();
    texts
}

/// The page that a form sent with GET leads to. Empty values do not stay in the address.
async fn sent(browser: &Browser<'_>, form: &Form) -> Page {
    browser.page(&browser.get(&form.address()).await.location()).await
}

async fn production(app: &TestApp) -> Partner {
    app.partner_of(System::OneIdProduction).await
}

#[tokio::test]
async fn a_client_is_duplicated_with_all_its_values_but_its_id_and_its_secret() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.client("Lantern Pet", "vet-portal").await;
    let source = partner.get(&format!("/clients/{id}")).await;
    let path = browser.page(&format!("/sandbox/clients/{id}")).await.link("Duplicate");
    let page = browser.page(&path).await;
    assert!(page.text(".notice").contains("Its ID and its secret are not copied."), "{}", page.main());
    assert!(!page.main().contains(source["secret"].as_str().unwrap_or("no secret is sent")));
    let form = page.form("form.form", &path);
    assert_eq!(form.values("name"), ["vet-portal (copy)"]);
    let location = browser.submit(&form).await.location();
    let created = location.strip_prefix("/sandbox/clients/").unwrap().split('?').next().unwrap().to_owned();
    let created = partner.get(&format!("/clients/{created}")).await;
    for member in ["selected_product", "required_scopes", "additional_scopes", "return_urls", "token_signing_algorithm"]
    {
        assert_eq!(texts(&created[member]), texts(&source[member]), "{member}");
    }
    assert_ne!(created["id"], source["id"]);
}

#[tokio::test]
async fn an_organisation_is_duplicated_below_the_same_parent() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Pennine Outdoor Co-operative").await;
    let source = partner.get(&format!("/organisations/{id}")).await;
    let path = browser.page(&format!("/sandbox/organisations/{id}")).await.link("Duplicate");
    let form = browser.form(&path).await;
    assert_eq!(form.values("name"), ["Pennine Outdoor Co-operative (copy)"]);
    assert_eq!(form.values("parent_id"), [source["parent_id"].as_str().unwrap()]);
    let location = browser.submit(&form).await.location();
    let created = partner.get(&format!("/organisations/{}", location.rsplit('/').next().unwrap())).await;
    for member in ["parent_id", "allowed_scopes", "allowed_products"] {
        assert_eq!(texts(&created[member]), texts(&source[member]), "{member}");
    }
    assert_eq!(created["billing_reference"], json!(null), "what the form does not know is not copied");
}

#[tokio::test]
async fn a_sandbox_client_goes_to_production_with_what_must_differ_marked() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.client("Saltmarsh Recruitment", "timesheets").await;
    let path = browser.page(&format!("/sandbox/clients/{id}")).await.link("Duplicate");
    let choose = browser.page(&path).await.link("Duplicate in OneID production");
    let page = browser.page(&choose).await;
    assert_eq!(page.text("legend"), "Organisation");
    let form = page.form("main form", &choose);
    let missing = sent(&browser, &form).await;
    assert!(missing.has("fieldset .error"), "{}", missing.main());
    let organisation = production(&app).await.root().await;
    let search = form.clone().set("organisation_id_find", &organisation).set("find", "organisation_id");
    let found = sent(&browser, &search).await;
    assert!(found.main().contains("One organisation matches"), "{}", found.main());
    let chosen = form.set("organisation_id", &organisation);
    let opened = browser.get(&chosen.address()).await.location();
    let page = browser.page(&opened).await;
    let create = page.form("form.form", &opened);
    assert_eq!(create.values("name"), ["timesheets"], "it is alone there");
    assert_eq!(create.values("is_production"), ["true"]);
    let found = page.text(CARD);
    assert!(found.contains("A return URL points at the user’s own machine") && found.contains("Error"), "{found}");
}

#[tokio::test]
async fn what_a_person_may_not_see_or_where_they_may_not_create_is_not_duplicated() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.client("Lantern Pet", "vet-portal").await;
    let root = partner.root().await;
    let form = format!("/sandbox/organisations/{root}/clients/new");
    for (query, status) in [
        ("duplicate=none".to_owned(), StatusCode::NOT_FOUND),
        (format!("duplicate={id}&from=nowhere"), StatusCode::NOT_FOUND),
        (format!("duplicate={id}&from=production"), StatusCode::NOT_FOUND),
        (format!("duplicate={id}"), StatusCode::OK),
    ] {
        assert_eq!(browser.get(&format!("{form}?{query}")).await.status, status, "{query}");
    }
    browser.post_form("/auth/demo-role", &[("role", "viewer")]).await;
    assert_eq!(browser.get(&format!("{form}?duplicate={id}")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.get("/sandbox/clients/new").await.status, StatusCode::FORBIDDEN);
    let page = browser.page(&format!("/sandbox/clients/{id}")).await;
    assert!(page.has("button[disabled]") && !page.has("a[href*='duplicate=']"), "{}", page.main());
}
