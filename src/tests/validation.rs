//! What cannot be sent comes back with everything that was typed, and says why where it stands.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{TestApp, TestOptions};

#[tokio::test]
async fn an_organisation_without_a_name_comes_back_with_everything_that_was_typed() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let path = "/sandbox/organisations/new";
    let form = browser
        .form(path)
        .await
        .set("name", "   ")
        .add("allowed_scopes[]", "openid")
        .add("allowed_scopes[]", "email")
        .set("allowed_scopes_other", "my.scope, another")
        .add("allowed_products[]", "sign_in")
        .set("allowed_provider_groups_other", "group-x")
        .add("enable_custom_logo", "true")
        .clear("enabled");
    app.sandbox.clear_requests();
    let location = browser.submit(&form).await.location();
    assert!(location.starts_with("/sandbox/organisations/new?draft="), "{location}");
    let page = browser.page(&location).await;
    assert!(page.text(".error-summary h2").contains("1 field needs your attention"));
    assert_eq!(page.attribute(".error-summary a", "href"), "#name");
    assert_eq!(page.text("#name-error"), "Enter a name for the organisation.");
    assert_eq!(page.attribute("#name", "aria-invalid"), "true");
    assert!(page.attribute("#name", "aria-describedby").contains("name-error"));
    let mut kept = page.form("form.form", path).fields;
    let mut typed = form.fields.clone();
    kept.sort();
    typed.sort();
    assert_eq!(kept, typed);
    assert!(app.writes().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn a_client_comes_back_with_its_errors_at_the_rows_and_everything_that_was_typed() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let root = app.partner().await.root().await;
    let path = format!("/sandbox/organisations/{root}/clients/new");
    let pasted = "https://a.example/ok\r\nhttp://b.example/plain\r\nhttps://c.example/#fragment";
    let form = browser
        .form(&path)
        .await
        .set("name", "")
        .set("selected_product", "sign_up")
        .set("selected_product_other", "brand_new")
        .add("required_scopes[]", "openid")
        .set("additional_scopes_other", "x.y z")
        .set("return_urls[]", "not a url")
        .add("return_urls[]", "https://*.example/")
        .set("return_urls_other", pasted)
        .set("token_signing_algorithm", "ES512")
        .add("is_production", "true");
    let page = browser.submit_and_follow(&form).await;
    let problems = page.texts(".error-summary li");
    assert_eq!(problems.len(), 5, "{problems:?}");
    assert!(page.text("#return_urls_1-error").contains("This is not a URL"));
    assert!(page.text("#return_urls_2-error").contains("must match exactly"));
    for (number, words) in [(4, "Use https instead of “http”"), (5, "cannot have a fragment")] {
        let line = problems.iter().find(|line| line.starts_with(&format!("Return URL {number}:")));
        assert!(line.is_some_and(|line| line.contains(words)), "{problems:?}");
    }
    let kept = page.form("form.form", &path);
    for name in ["name", "selected_product", "selected_product_other", "required_scopes[]", "additional_scopes_other"] {
        assert_eq!(kept.values(name), form.values(name), "{name}");
    }
    for name in ["return_urls[]", "token_signing_algorithm", "is_production", "enabled"] {
        assert_eq!(kept.values(name), form.values(name), "{name}");
    }
    assert_eq!(kept.values("return_urls_other"), [pasted.replace("\r\n", "\n")]);
    assert!(page.has("details.paste-many[open]"));
}

#[tokio::test]
async fn every_link_of_the_summary_leads_to_a_control_of_the_page() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let root = app.partner().await.root().await;
    let form = browser.form(&format!("/sandbox/organisations/{root}/clients/new")).await;
    let form = form
        .set("return_urls[]", "x")
        .set("return_urls_other", "http://b.example/")
        .set("required_scopes_other", &"s".repeat(2_001))
        .set("token_signing_algorithm", "none");
    let too_many: Vec<String> = (0..=500).map(|number| format!("https://a.example/{number}")).collect();
    let too_many = form.clone().set("return_urls_other", &too_many.join("\r\n"));
    for form in [form, too_many] {
        let page = browser.submit_and_follow(&form).await;
        for target in page.attributes(".error-summary a", "href") {
            assert!(page.has(&target), "{target} is nowhere");
            // What the link leads to, or the group that it stands in, names the sentence about it.
            let described = page.attributes(&format!("{target}, fieldset:has({target})"), "aria-describedby");
            let ids: Vec<&str> = described.iter().flat_map(|ids| ids.split_whitespace()).collect();
            let errors: Vec<_> = ids.iter().filter(|id| page.has(&format!("#{id}.error"))).collect();
            assert!(!errors.is_empty(), "{target} is described by no error: {ids:?}");
        }
    }
}

#[tokio::test]
async fn an_error_of_pasted_urls_and_one_of_all_of_them_are_linked_with_their_controls() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let root = app.partner().await.root().await;
    let form = browser.form(&format!("/sandbox/organisations/{root}/clients/new")).await.named("till");
    let page = browser.submit_and_follow(&form.clone().set("return_urls_other", "http://b.example/")).await;
    assert!(page.has("textarea#return_urls_other[aria-invalid=true][aria-describedby=return_urls_other-error]"));
    let urls: Vec<String> = (0..=500).map(|number| format!("https://a.example/{number}")).collect();
    let page = browser.submit_and_follow(&form.set("return_urls_other", &urls.join("\r\n"))).await;
    assert_eq!(page.attribute(".error-summary a", "href"), "#return_urls");
    assert!(page.has("fieldset#return_urls[tabindex='-1'][aria-describedby~=return_urls-error]"));
    assert!(!page.has("#return_urls_other[aria-invalid]"), "each of them is right");
}

#[tokio::test]
async fn a_value_that_the_object_has_with_line_breaks_is_no_reason_to_refuse_another_one() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let object = format!("organisations/{}", partner.organisation("Copperfield Books").await);
    let old = json!({"name": "Copper\nBooks", "allowed_provider_groups": ["a\nb", "c\td", "s".repeat(2_001)]});
    partner.change(&format!("/{object}"), old.clone()).await;
    let path = format!("/sandbox/{object}/edit");
    let mut form = browser.form(&path).await;
    // As browsers send them.
    for (name, value) in &mut form.fields {
        *value = if name.as_str() == "name" { value.replace('\n', "") } else { value.replace('\n', "\r\n") };
    }
    let form = form.set("allowed_provider_groups_other", "new");
    let location = browser.submit(&form).await.location();
    let page = browser.page(&location).await;
    assert_eq!(page.texts(".diff-field"), ["Allowed provider groups"], "{}", page.main());
    assert_eq!((page.texts("del"), page.texts("ins")), (Vec::new(), vec!["new".to_owned()]));
    browser.submit_and_follow(&page.form("form.form", &location)).await;
    let now = partner.get(&format!("/{object}")).await;
    assert_eq!(now["name"], old["name"]);
    assert_eq!(now["allowed_provider_groups"][0], old["allowed_provider_groups"][0]);
}

#[tokio::test]
async fn an_error_stands_at_its_row_when_an_earlier_row_is_empty() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let root = app.partner().await.root().await;
    let form = browser.form(&format!("/sandbox/organisations/{root}/clients/new")).await.set("name", "till");
    let form = form.set("return_urls[]", "").add("return_urls[]", "wrong").add("return_urls[]", "https://a.example/");
    let page = browser.submit_and_follow(&form).await;
    let wrong = page.attribute("input[name='return_urls[]'][aria-invalid=true]", "value");
    assert_eq!(wrong, "wrong", "the mark is at the URL that is wrong");
    let target = page.attribute(".error-summary a", "href");
    assert_eq!(page.attribute(&target, "value"), "wrong", "and so is the link of the summary");
}

#[tokio::test]
async fn an_edit_that_is_not_valid_comes_back_to_its_form() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let id = app.partner().await.organisation("Copperfield Books").await;
    let path = format!("/sandbox/organisations/{id}/edit");
    let form = browser.form(&path).await.set("name", "").set("allowed_scopes_other", "typed");
    app.sandbox.clear_requests();
    let location = browser.submit(&form).await.location();
    assert!(location.starts_with(&format!("{path}?draft=")) && !location.contains("step="), "{location}");
    let page = browser.page(&location).await;
    assert_eq!(page.text("#name-error"), "Enter a name for the organisation.");
    let kept = page.form("form.form", &path);
    assert_eq!(kept.values("allowed_scopes_other"), ["typed"]);
    assert_eq!(kept.values("base"), form.values("base"), "the base of the edit stays the first one");
    assert!(app.writes().is_empty());
}

#[tokio::test]
async fn a_parent_that_is_not_there_or_below_is_refused() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let form = browser.form("/sandbox/organisations/new").await.set("name", "x").set("parent_id", "nobody");
    let page = browser.submit_and_follow(&form).await;
    assert!(page.text("#parent_id-error").contains("OneID has no organisation with this ID"));
    let id = partner.organisation("Harbour & Vale Property Group").await;
    let below = partner.organisation("Harbour & Vale Lettings Leeds").await;
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.set("parent_id", &below);
    let page = browser.submit_and_follow(&form).await;
    assert!(page.text("#parent_id-error").contains("cannot be its own parent or descendant"));
}

#[tokio::test]
async fn an_island_gets_the_problems_as_codes() {
    let app = TestApp::empty().await;
    let root = app.partner().await.root().await;
    let browser = app.browser();
    let answer = browser.post_island("/api/organisations/create", &[("connection", "sandbox"), ("name", "")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let error = answer.json();
    assert_eq!(error["code"], json!({"invalid": [{"field": "name", "index": null, "problem": "missing"}]}));
    assert_eq!(error["request_id"], answer.headers["x-request-id"].to_str().unwrap());
    let pairs = [
        ("connection", "sandbox"),
        ("organisation_id", root.as_str()),
        ("name", "x"),
        ("return_urls[]", "ftp://x.example/"),
    ];
    let answer = browser.post_island("/api/clients/create", &pairs).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let problem = json!({"not_https": {"scheme": "ftp"}});
    assert_eq!(answer.json()["code"], json!({"invalid": [{"field": "return_urls", "index": 0, "problem": problem}]}));
}

#[tokio::test]
async fn a_draft_belongs_to_its_person_and_its_form() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let browser = app.browser_of("ada", "admins");
    let form = browser.form("/sandbox/organisations/new").await.set("name", "");
    let location = browser.submit(&form).await.location();
    let stranger = app.browser_of("eve", "admins").get(&location).await;
    assert_eq!(stranger.status, StatusCode::GONE);
    let elsewhere = location.replace("/sandbox/", "/production/");
    assert_eq!(browser.get(&elsewhere).await.status, StatusCode::GONE);
    assert_eq!(browser.get(&location).await.status, StatusCode::OK, "it still is where it belongs");
}

#[tokio::test]
async fn a_parent_that_nobody_changed_is_no_change() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let path = "/sandbox/organisations/new";
    let form = browser.form(path).await;
    assert!(form.values("parent_id").iter().all(|parent| !parent.is_empty()), "one is chosen already");
    let page = browser.submit_and_follow(&form).await;
    assert!(page.has("#name-error"));
    assert_eq!(page.text("[data-changed]"), "");
    let typed = browser.submit_and_follow(&form.add("allowed_scopes[]", "openid")).await;
    assert_eq!(typed.text("[data-changed]"), "1 field changed");
}
