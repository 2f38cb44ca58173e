//! Another catalogue in the configuration: what is offered and what is found follow it without a restart.

use serde_json::json;

use super::{client, findings, two_organisations};
use crate::support::TestApp;

#[tokio::test]
async fn another_catalogue_is_judged_by_and_offered_after_a_reload() {
    let mut app = TestApp::empty().await;
    let partner = app.partner().await;
    let (_, lower) = two_organisations(&partner).await;
    let id = client(&partner, &lower, json!({"name": "shop"})).await;
    let (page, edit) = (format!("/sandbox/clients/{id}"), format!("/sandbox/organisations/{lower}/edit"));
    let broken = "/sandbox/clients?readiness=scope_not_in_product";
    let offered = "input[name='allowed_scopes[]'][value='loyalty']";

    let browser = app.browser();
    assert!(!browser.page(broken).await.main().contains("shop"));
    assert_eq!(findings(&browser.page(&page).await), Vec::<String>::new());
    assert!(!browser.page(&edit).await.has(offered));
    drop(browser);

    app.reload(&["catalogue.scopes", "catalogue.products.sign_up.scopes"], |config| {
        config.catalogue.scopes.push("loyalty".to_owned());
        config.catalogue.products.get_mut("sign_up").unwrap().scopes = vec!["openid".to_owned()];
    })
    .await;
    let browser = app.browser();
    let missing = "Warning: The product does not include a scope: email (Sign-up)";
    assert_eq!(findings(&browser.page(&page).await), [missing]);
    assert!(browser.page(broken).await.main().contains("shop"), "the lists are judged anew");
    assert!(browser.page(&edit).await.has(offered), "forms offer what the catalogue has");
}
