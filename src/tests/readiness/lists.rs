//! Lists that are narrowed to what breaks readiness rules, and the overview that leads to them.

use serde_json::json;

use super::{client, two_organisations};
use crate::support::{Browser, Page, TestApp};

/// The names of the rows of a list.
async fn names(browser: &Browser<'_>, path: &str) -> Vec<String> {
    let page = browser.page(path).await;
    let mut names = page.texts("tbody th .object-name, tbody th a");
    names.sort_unstable();
    names.dedup();
    names
}

/// The values of the menu, with how many objects have each.
fn counts(page: &Page) -> Vec<String> {
    let rows = "[data-choices=readiness] > li:has(.filter-count)";
    let [names, counts] = [".filter-value", ".filter-count"].map(|part| page.texts(&format!("{rows} > {part}")));
    names.into_iter().zip(counts).map(|(name, count)| format!("{name}: {count}")).collect()
}

#[tokio::test]
async fn a_list_counts_what_breaks_rules_and_is_narrowed_by_it() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (_, lower) = two_organisations(&partner).await;
    client(&partner, &lower, json!({"name": "sound", "is_production": true})).await;
    client(&partner, &lower, json!({"name": "local", "return_urls": ["http://localhost/cb"]})).await;
    let live =
        json!({"name": "live", "is_production": true, "return_urls": ["http://localhost/cb", "https://intranet/cb"]});
    client(&partner, &lower, live).await;
    let browser = app.browser();
    let page = browser.page("/sandbox/clients").await;
    assert_eq!(
        counts(&page),
        [
            "A return URL points at the user’s own machine: 2",
            "Any error: 1",
            "A return URL has a host that the public cannot reach: 1",
            "Any warning: 1",
        ]
    );
    assert_eq!(names(&browser, "/sandbox/clients?readiness=error").await, ["live"]);
    assert_eq!(names(&browser, "/sandbox/clients?readiness=warning").await, ["local"]);
    assert_eq!(names(&browser, "/sandbox/clients?readiness=return_url_localhost").await, ["live", "local"]);
    assert_eq!(names(&browser, "/sandbox/clients?not_readiness=return_url_localhost").await, ["sound"]);
    let narrowed = browser.page("/sandbox/clients?readiness=return_url_localhost").await;
    assert!(
        narrowed.main().contains("Readiness: A return URL points at the user’s own machine"),
        "{}",
        narrowed.main()
    );
}

#[tokio::test]
async fn a_change_from_here_is_judged_at_once_with_everything_below_it() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (upper, lower) = two_organisations(&partner).await;
    let id = client(&partner, &lower, json!({"is_production": true})).await;
    let browser = app.browser();
    assert_eq!(names(&browser, "/sandbox/clients?readiness=error").await, Vec::<String>::new());
    let save = async |path: &str, name: &str, field: &str, value: &str| {
        let form = browser.form(&format!("{path}/edit")).await;
        let form = if value.is_empty() { form.clear(field) } else { form.set(field, value) };
        let review = browser.submit(&form).await.location();
        let saved = browser.submit_and_follow(&browser.form(&review).await.set("confirmation", name)).await;
        assert!(saved.text("h1").contains(name), "{}", saved.main());
    };
    save(&format!("/sandbox/clients/{id}"), "checkout", "return_urls[]", "https://intranet/cb").await;
    assert_eq!(names(&browser, "/sandbox/clients?readiness=return_url_private_host").await, ["checkout"]);
    save(&format!("/sandbox/clients/{id}"), "checkout", "return_urls[]", "https://shop.example/cb").await;
    assert_eq!(names(&browser, "/sandbox/clients?readiness=error").await, Vec::<String>::new());
    save(&format!("/sandbox/organisations/{upper}"), "Upper Group", "enabled", "").await;
    assert_eq!(names(&browser, "/sandbox/clients?readiness=disabled_above").await, ["checkout"]);
    assert_eq!(names(&browser, "/sandbox/organisations?readiness=disabled_above").await, ["Lower Shop"]);
}

#[tokio::test]
async fn names_of_organisations_beside_ones_own_are_not_told_by_lists() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (upper, _) = two_organisations(&partner).await;
    for _ in 0..2 {
        partner.create("/organisations", &json!({"parent_id": upper, "name": "Same"})).await;
    }
    let browser = app.browser();
    assert_eq!(names(&browser, "/sandbox/organisations?readiness=name_twin").await, Vec::<String>::new());
}

#[tokio::test]
async fn the_overview_leads_to_what_is_wrong_in_production() {
    let app = TestApp::empty().await;
    let partner = app.partner().await;
    let (upper, lower) = two_organisations(&partner).await;
    let browser = app.browser();
    browser.page("/sandbox/clients").await;
    assert!(!browser.page("/").await.has("a[href*='readiness=error']"), "nothing is wrong");
    client(&partner, &lower, json!({"is_production": true, "return_urls": []})).await;
    client(&partner, &lower, json!({"name": "test", "is_production": false, "return_urls": []})).await;
    partner.change(&format!("/organisations/{upper}"), json!({"has_production_access": false})).await;
    app.connections.find("sandbox").unwrap().index.refresh();
    browser.page("/sandbox/clients").await;
    let page = browser.page("/").await;
    let rows = page.texts(".attention-text > p:first-child");
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert_eq!(rows[0], "OneID sandbox: 1 organisation in production with readiness errors.");
    assert_eq!(rows[1], "OneID sandbox: 1 client in production with readiness errors.");
    let links = page.attributes(".attention-link[href*='readiness=error']", "href");
    for (link, name) in links.iter().zip(["Lower Shop", "checkout"]) {
        assert_eq!(names(&browser, link).await, [name]);
    }
}
