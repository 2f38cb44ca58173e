//! What the review of an organisation says of everything below it.

use serde_json::json;

use super::{client, two_organisations};
use crate::support::{Browser, Form, Page, TestApp};

const CARD: &str = "section:has(#impact)";

/// The rules that would be newly broken, as `where: what: how many: whom`.
fn caused(page: &Page) -> Vec<String> {
    let row = |number: usize| {
        let row = format!("{CARD} .findings > li:nth-child({number})");
        let part = |part: &str| page.text(&format!("{row} {part}"));
        let named = page.texts(&format!("{row} .finding-values a")).join(", ");
        format!("{}: {}: {}: {named}", part("> .pill"), part("h4"), part("p"))
    };
    (1..=page.count(&format!("{CARD} .findings > li"))).map(row).collect()
}

async fn review(browser: &Browser<'_>, id: &str, edit: impl FnOnce(Form) -> Form) -> Page {
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await;
    browser.submit_and_follow(&edit(form)).await
}

#[tokio::test]
async fn disabling_an_organisation_names_everything_that_it_switches_off() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (upper, lower) = two_organisations(&partner).await;
    client(&partner, &upper, json!({"name": "own", "is_production": true})).await;
    client(&partner, &lower, json!({"name": "below", "is_production": false})).await;
    client(&partner, &lower, json!({"name": "off", "enabled": false})).await;
    let page = review(&app.browser(), &upper, |form| form.clear("enabled")).await;
    let facts = page.text(&format!("{CARD} dl"));
    assert!(facts.contains("1, 1 with production access") && facts.contains("3, 1 in production"), "{facts}");
    let [caused] = caused(&page).try_into().unwrap();
    assert!(
        caused.starts_with("In production: An organisation above is disabled: 1 organisation, with production access")
    );
    assert!(caused.contains("and 2 clients, 1 in production"), "{caused}");
    for name in ["Lower Shop", "own", "below"] {
        assert!(caused.contains(name), "{name}: {caused}");
    }
    assert!(!caused.contains("off"), "it is off already: {caused}");
}

#[tokio::test]
async fn narrowing_a_list_names_those_at_any_depth_that_use_what_goes() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (upper, lower) = two_organisations(&partner).await;
    client(&partner, &lower, json!({"name": "mailer", "is_production": true})).await;
    client(&partner, &lower, json!({"name": "plain", "required_scopes": ["openid"]})).await;
    let browser = app.browser();
    let page = review(&browser, &upper, |form| form.untick("allowed_scopes[]", "email")).await;
    let rule = "A scope is not allowed by the organisation above";
    let caused = caused(&page);
    assert_eq!(
        caused,
        [format!(
            "In production: {rule}: 1 organisation, with production access and 1 client, in production.: Lower Shop, mailer"
        )]
    );
    let page = review(&browser, &upper, |form| form.set("name", "Upper Holding")).await;
    assert!(page.text(CARD).contains("No readiness rule is newly broken below."), "{}", page.text(CARD));
}

#[tokio::test]
async fn what_is_silenced_is_no_impact() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (upper, lower) = two_organisations(&partner).await;
    let silenced = client(&partner, &lower, json!({"name": "silenced"})).await;
    let (browser, rule) = (app.browser(), ("rule", "disabled_above"));
    let about = [("connection", "sandbox"), ("kind", "oauth_client"), ("id", silenced.as_str()), rule];
    let about: Vec<_> = about.into_iter().chain([("reason", "a test")]).collect();
    browser.post_form("/api/readiness/silence", &about).await.location();
    client(&partner, &lower, json!({"name": "told"})).await;
    app.connections.find("sandbox").unwrap().index.refresh();
    let page = review(&browser, &upper, |form| form.clear("enabled")).await;
    let [found] = caused(&page).try_into().unwrap();
    assert!(found.contains("told") && !found.contains("silenced"), "{found}");
}

#[tokio::test]
async fn a_client_that_loses_another_value_is_named_though_it_breaks_the_rule_already() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (upper, lower) = two_organisations(&partner).await;
    let id = client(&partner, &lower, json!({"name": "mailer"})).await;
    partner.change(&format!("/organisations/{lower}"), json!({"allowed_scopes": ["email"]})).await;
    let browser = app.browser();
    let about =
        [("connection", "sandbox"), ("kind", "oauth_client"), ("id", id.as_str()), ("rule", "scope_not_allowed")];
    let about: Vec<_> = about.into_iter().chain([("reason", "openid is not used")]).collect();
    browser.post_form("/api/readiness/silence", &about).await.location();
    let page = review(&browser, &upper, |form| form.untick("allowed_scopes[]", "email")).await;
    let [found] = caused(&page).try_into().unwrap();
    assert!(found.contains("mailer"), "{found}");
    let page = review(&browser, &upper, |form| form.untick("allowed_scopes[]", "openid")).await;
    assert_eq!(caused(&page), Vec::<String>::new(), "Lower Shop does not allow it already");
}

#[tokio::test]
async fn what_is_broken_already_is_no_impact() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (upper, lower) = two_organisations(&partner).await;
    client(&partner, &lower, json!({})).await;
    partner.change(&format!("/organisations/{lower}"), json!({"enabled": false})).await;
    let page = review(&app.browser(), &upper, |form| form.clear("enabled")).await;
    assert_eq!(caused(&page), Vec::<String>::new(), "all of it is below a disabled one already");
}

#[tokio::test]
async fn an_organisation_with_nothing_below_it_has_no_impact() {
    let app = TestApp::empty().await;
    let (_, lower) = two_organisations(&app.partner().await).await;
    let page = review(&app.browser(), &lower, |form| form.clear("enabled")).await;
    let facts = page.text(&format!("{CARD} dl"));
    assert_eq!(facts.matches("None").count(), 2, "{facts}");
    assert_eq!(caused(&page), Vec::<String>::new());
}

#[tokio::test]
async fn what_was_just_created_here_is_counted_and_named() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let new = browser.form("/sandbox/organisations/new").await.set("name", "New Group");
    let path = browser.submit(&new).await.location();
    let id = path.rsplit('/').next().unwrap().split('?').next().unwrap();
    let new = browser.form(&format!("/sandbox/organisations/{id}/clients/new")).await;
    browser.submit(&new.named("new-client").add("required_scopes[]", "openid")).await.location();
    let page = review(&browser, id, |form| form.clear("enabled")).await;
    let [found] = caused(&page).try_into().unwrap();
    assert!(found.contains("An organisation above is disabled: 1 client") && found.contains("new-client"), "{found}");
}
