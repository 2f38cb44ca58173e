//! Switching an object off and on: an action of its own, with a review, and what it does to everything below.

use serde_json::json;

use crate::support::{Browser, Page, TestApp, TestOptions};

/// Presses *Disable…* or *Enable…* on the page of an object, and shows the review.
async fn switch(browser: &Browser<'_>, path: &str) -> (String, Page) {
    let form = browser.page(path).await.form("form[action='/api/changes/switch']", path);
    let review = browser.submit(&form).await.location();
    let page = browser.page(&review).await;
    (review, page)
}

#[tokio::test]
async fn an_organisation_is_disabled_with_a_review_of_everything_below_and_enabled_again() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let root = partner.root().await;
    partner.change(&format!("/organisations/{root}"), json!({"has_production_access": true})).await;
    let mut parent = root.clone();
    for name in ["Middle", "Lower"] {
        let below = json!({"name": name, "parent_id": parent, "has_production_access": true, "enabled": true});
        parent = partner.create("/organisations", &below).await;
        for (name, is_production) in [("live", true), ("test", false)] {
            let client = json!({"name": name, "is_production": is_production, "enabled": true,
                "return_urls": ["https://a.example/"]});
            partner.create(&format!("/organisations/{parent}/clients"), &client).await;
        }
    }
    browser.page("/sandbox/clients").await;
    app.sandbox.clear_requests();
    let path = format!("/sandbox/organisations/{root}");
    let (review, page) = switch(&browser, &path).await;
    assert!(app.writes().is_empty());
    let impact = page.text("section:has(#impact)");
    assert!(impact.contains("2, 2 with production access") && impact.contains("4, 2 in production"), "{impact}");
    let name = page.text("label[for='confirmation'] strong");
    let saved = browser.submit(&page.form("form.form", &review).set("confirmation", &name)).await.location();
    assert_eq!(saved, path);
    assert_eq!(partner.get(&format!("/organisations/{root}")).await["enabled"], json!(false));
    assert_eq!(app.writes().len(), 1);

    let list = browser.page("/sandbox/organisations?q=Lower").await;
    assert_eq!(list.text("tbody .pill-off"), format!("Disabled by {name}"));
    let lower = browser.page(&list.link("Lower")).await;
    assert!(lower.text(".subline").starts_with(&format!("Disabled by {name}")), "{}", lower.text(".subline"));
    assert!(lower.texts("#clients ~ * .pill-off, section:has(#clients) .pill-off").len() == 2, "{}", lower.main());
    let clients = browser.page("/sandbox/clients?q=live").await;
    assert_eq!(clients.texts("tbody .pill-off"), [format!("Disabled by {name}"), format!("Disabled by {name}")]);
    let client = browser.page(&clients.attributes("tbody th a", "href")[0]).await;
    assert!(client.text(".subline").starts_with(&format!("Disabled by {name}")));

    let (review, page) = switch(&browser, &path).await;
    assert!(!page.has("#confirmation"), "what enables is no danger");
    browser.submit(&page.form("form.form", &review)).await.location();
    assert_eq!(partner.get(&format!("/organisations/{root}")).await["enabled"], json!(true));
    assert!(browser.page(&path).await.text(".subline").starts_with("Enabled"));
}

#[tokio::test]
async fn a_client_is_disabled_and_nothing_else_of_it_is_changed() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.client("Lantern Pet", "vet-portal").await;
    let before = partner.get(&format!("/clients/{id}")).await;
    let path = format!("/sandbox/clients/{id}");
    let (review, page) = switch(&browser, &path).await;
    assert_eq!(page.texts(".diff-field"), ["Enabled"]);
    browser.submit(&page.form("form.form", &review).set("confirmation", "vet-portal")).await.location();
    let mut after = partner.get(&format!("/clients/{id}")).await;
    assert_eq!(after["enabled"], json!(false));
    after["enabled"] = before["enabled"].clone();
    assert_eq!(after, before);
}

#[tokio::test]
async fn whoever_may_not_edit_is_told_why_and_cannot_switch() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let id = app.partner().await.organisation("Copperfield Books").await;
    let viewer = app.browser_of("vito", "viewers");
    let page = viewer.page(&format!("/sandbox/organisations/{id}")).await;
    assert!(!page.has("form[action='/api/changes/switch']"));
    assert!(page.texts("button[aria-disabled], button[disabled]").iter().any(|label| label.starts_with("Disable…")));
    let pairs = [("connection", "sandbox"), ("kind", "organisation"), ("id", id.as_str()), ("enabled", "false")];
    assert_eq!(viewer.post_island("/api/changes/switch", &pairs).await.status, 403);
    let nonsense = [("connection", "sandbox"), ("kind", "pony"), ("id", id.as_str()), ("enabled", "false")];
    assert_eq!(app.browser_of("ada", "admins").post_island("/api/changes/switch", &nonsense).await.status, 404);
}
