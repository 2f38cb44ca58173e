//! Clients: the list of all, the page of one, creating one with its return URLs.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{TestApp, TestOptions};

const LIST: &str = "/sandbox/clients";

async fn new_client_path(app: &TestApp) -> String {
    format!("/sandbox/organisations/{}/clients/new", app.partner().await.root().await)
}

#[tokio::test]
async fn a_browser_without_javascript_creates_a_client_with_every_field() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let form = browser
        .form(&new_client_path(&app).await)
        .await
        .named("tenant-portal")
        .set("selected_product", "sign_up")
        .add("required_scopes[]", "openid")
        .set("required_scopes_other", "profile")
        .add("additional_scopes[]", "email")
        .set("return_urls[]", "https://tenants.example/callback")
        .set("return_urls_other", "https://tenants.example/2\r\nhttps://tenants.example/a,b\r\n")
        .set("token_signing_algorithm", "ES384")
        .add("allowed_provider_groups[]", "sandbox-participating")
        .add("is_production", "true");
    let location = browser.submit(&form).await.location();
    let id = location.strip_prefix("/sandbox/clients/").unwrap().split('?').next().unwrap().to_owned();
    assert_eq!(
        app.partner().await.get(&format!("/clients/{id}")).await,
        json!({
            "id": id,
            "name": "tenant-portal",
            "selected_product": "sign_up",
            "required_scopes": ["openid", "profile"],
            "additional_scopes": ["email"],
            "return_urls": [
                "https://tenants.example/callback", "https://tenants.example/2", "https://tenants.example/a,b",
            ],
            "token_signing_algorithm": "ES384",
            "allowed_provider_groups": ["sandbox-participating"],
            "is_production": true,
            "enabled": true,
        })
    );
    let page = browser.page(&location).await;
    assert_eq!(page.text("h1"), "tenant-portal");
    assert_eq!(page.texts("ul.rows code").len(), 3);
    assert_eq!(page.fact("Token signing algorithm"), "ES384");
    assert!(page.main().contains("Meridian Partner Services"), "its organisation is named");
}

#[tokio::test]
async fn an_island_creates_a_client_and_is_told_where_it_is() {
    let app = TestApp::empty().await;
    let root = app.partner().await.root().await;
    let pairs =
        [("connection", "sandbox"), ("organisation_id", root.as_str()), ("name", "till"), ("confirmation", "till")];
    let location = app.browser().post_island("/api/clients/create", &pairs).await.island_location();
    assert!(location.starts_with("/sandbox/clients/") && location.contains("?created="), "{location}");
}

#[tokio::test]
async fn a_product_that_is_not_listed_can_be_typed() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let root = partner.root().await;
    partner.change(&format!("/organisations/{root}"), json!({"has_production_access": true})).await;
    let form = browser.form(&new_client_path(&app).await).await;
    let form = form.named("till").set("selected_product_other", "brand_new");
    let page = browser.submit_and_follow(&form).await;
    assert!(page.main().contains("must be one of the organisation's products"), "the partner has the last word");
    assert_eq!(page.form("form.form", "").values("selected_product_other"), ["brand_new"]);
}

#[tokio::test]
async fn rows_of_return_urls_come_and_go_without_javascript() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let path = new_client_path(&app).await;
    let form = browser.form(&path).await;
    assert_eq!(form.values("return_urls[]"), [""]);
    let form = form.named("till").set("return_urls[]", "https://a.example/1").add("required_scopes[]", "openid");
    let location = browser.submit(&form.clone().add("add_row", "1")).await.location();
    assert!(location.starts_with(&format!("{path}?draft=")), "{location}");
    let form = browser.form(&location).await;
    assert_eq!(form.values("return_urls[]"), ["https://a.example/1", ""]);
    assert_eq!(form.values("name"), ["till"]);
    assert_eq!(form.values("required_scopes[]"), ["openid"]);
    let form = form.set("return_urls[]", "https://a.example/1").add("return_urls[]", "https://a.example/2");
    let location = browser.submit(&form.add("remove_row", "1")).await.location();
    let form = browser.form(&location).await;
    assert_eq!(form.values("return_urls[]"), ["https://a.example/2"]);
    let location = browser.submit(&form.add("remove_row", "1")).await.location();
    let page = browser.page(&location).await;
    assert_eq!(page.form("form.form", "").values("return_urls[]"), [""], "the last row is emptied");
    assert!(!page.has(".error-summary"), "nothing is checked yet");
    assert!(app.writes().is_empty());
}

#[tokio::test]
async fn rows_come_and_go_in_the_form_of_an_edit_too() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let id = app.partner().await.client("Lowther Street Cinemas", "kiosk").await;
    let form = browser.form(&format!("{LIST}/{id}/edit")).await;
    assert_eq!(form.values("return_urls[]").len(), 2);
    let location = browser.submit(&form.set("name", "kiosk two").add("remove_row", "1")).await.location();
    let form = browser.form(&location).await;
    assert_eq!(form.values("return_urls[]"), ["https://kiosk.lowther-street.example/cb/"]);
    let review = browser.submit_and_follow(&form).await;
    assert_eq!(review.texts(".diff-field"), ["Name", "Return URLs"]);
}

#[tokio::test]
async fn the_list_holds_the_clients_of_all_organisations() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = browser.page(LIST).await;
    assert_eq!(page.count("tbody tr"), 100);
    let total = page.text(".pagination span");
    assert!(total.starts_with("1–100 of 1"), "{total}");
    assert!(!page.has(".notice-warning"), "every organisation was read");
    let second = browser.page(&page.attribute("a[rel=next]", "href")).await;
    assert_ne!(page.attributes("tbody th a", "href"), second.attributes("tbody th a", "href"));
}

#[tokio::test]
async fn the_list_is_searched_by_name_return_url_id_and_scope_and_filtered() {
    let app = TestApp::start().await;
    let (browser, id) = (app.browser(), app.partner().await.client("Lantern Pet", "vet-portal").await);
    for query in ["VET-port", "vet-portal.lantern", id.as_str()] {
        let page = browser.page(&format!("{LIST}?q={query}")).await;
        assert_eq!(page.texts("tbody th"), ["vet-portal"], "{query}");
        assert!(page.text("tbody").contains("Lantern Pet"));
    }
    assert!(browser.page(&format!("{LIST}?q=pep_and_sanctions")).await.text("tbody").contains("fraud-desk"));
    assert!(browser.page(&format!("{LIST}?q=nothing-at-all")).await.main().contains("No matching clients"));
    let disabled = browser.page(&format!("{LIST}?state=disabled")).await;
    assert_eq!(disabled.texts("tbody th"), ["tastings", "tenant-portal"]);
    let live = browser.page("/production/clients?production=yes&product=sign_in").await;
    assert!(live.count("tbody tr") > 0);
    assert!(live.texts("tbody td.cell-side").iter().all(|environment| environment == "Production"));
    assert_eq!(live.count("tbody .pill-production"), 0, "the band of the page says it once");
}

#[tokio::test]
async fn the_page_of_a_client_says_what_stands_in_the_way() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let timesheets = partner.client("Saltmarsh Recruitment", "timesheets").await;
    let page = browser.page(&format!("{LIST}/{timesheets}")).await;
    assert!(page.text("#readiness + *, section:has(#readiness)").contains("1 issue"));
    assert!(page.main().contains("A return URL points at the user’s own machine"));
    let loan = partner.client("Tamar Valley Credit Union", "loan-application").await;
    let page = browser.page(&format!("{LIST}/{loan}")).await;
    assert!(page.main().contains("The product does not include a scope"));
    assert!(page.text(".finding-values").contains("accounts.balances (Sign-up Plus)"));
    let none = partner.client("Saltmarsh Recruitment", "right-to-work").await;
    assert!(browser.page(&format!("{LIST}/{none}")).await.main().contains("No return URL"));
}

#[tokio::test]
async fn a_client_whose_optional_fields_are_missing_is_shown_as_it_is() {
    let app = TestApp::with(TestOptions::default()).await;
    let id = app.partner().await.client("Ashdown Pensions Administration", "member-site").await;
    let page = app.browser().page(&format!("{LIST}/{id}")).await;
    assert!(page.text(".subline").starts_with("Enabled by default"), "{}", page.text(".subline"));
    assert_eq!(page.fact("Token signing algorithm"), "OneID default");
}

#[tokio::test]
async fn a_client_for_an_organisation_of_another_environment_is_not_found() {
    let app = TestApp::start().await;
    let id = app.partner().await.client("Lantern Pet", "vet-portal").await;
    assert_eq!(app.browser().get(&format!("/production/clients/{id}")).await.status, StatusCode::NOT_FOUND);
}
