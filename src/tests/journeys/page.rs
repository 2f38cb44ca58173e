//! What the page says of how a client is used.

use std::collections::HashMap;

use axum::http::StatusCode;
use partner_dashboard::server::sandbox::System;
use serde_json::json;
use url::{Url, form_urlencoded};

use super::{app, client, client_with, journey};

#[tokio::test]
async fn the_authorize_url_makes_a_journey_whose_code_belongs_to_the_verifier_beside_it() {
    let app = app().await;
    let (id, secret) = client(&app.partner().await).await;
    let path = format!("/sandbox/clients/{id}/journey");
    let page = app.browser().page(&path).await;
    let url = page.raw_text("#authorize-url-text");
    let facts = page.texts("#authorize-url ~ * code, .card dd code");
    let back = journey(&url).await;
    let answer: HashMap<_, _> = back.query_pairs().into_owned().collect();
    assert!(facts.contains(&answer["state"]), "{facts:?}");

    let provider = url.split_once("/v2/").unwrap().0;
    let verifier = page.attributes("[data-copy]", "data-copy").into_iter().find(|text| text.len() == 43).unwrap();
    let mut form = vec![("grant_type", "authorization_code"), ("code", &answer["code"]), ("code_verifier", &verifier)];
    form.push(("redirect_uri", back.as_str().split_once('?').unwrap().0));
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let secret: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let answer = http.post(format!("{provider}/token")).basic_auth(&id, Some(secret)).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());

    let again = app.browser().page(&path).await;
    assert_ne!(again.raw_text("#authorize-url-text"), url, "another journey has another state");
}

#[tokio::test]
async fn the_secret_is_never_on_the_page_though_oneid_gives_it() {
    let app = app().await;
    let (id, secret) = client(&app.partner().await).await;
    for language in ["curl", "node", "python", "java", "dotnet"] {
        let answer = app.browser().get(&format!("/sandbox/clients/{id}/journey?language={language}")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.contains("ONEID_CLIENT_SECRET") && !answer.body.contains(&secret), "{language}");
    }
}

#[tokio::test]
async fn a_client_is_used_with_the_return_url_that_was_chosen_if_it_is_its_own() {
    let app = app().await;
    let urls = ["https://one.example/back", "https://two.example/back?a=b&c=d"];
    let id = client_with(&app.partner().await, json!({"return_urls": urls})).await;
    let path = format!("/sandbox/clients/{id}/journey");
    let browser = app.browser();
    let form = browser.page(&path).await.form("form.code-choice", &path);
    assert_eq!(form.values("return_url"), [urls[0]]);
    for (chosen, expected) in [(urls[1], urls[1]), ("https://evil.example/", urls[0])] {
        let page = browser.page(&form.clone().set("return_url", chosen).address()).await;
        let url = Url::parse(&page.raw_text("#authorize-url-text")).unwrap();
        let (_, redirect) = url.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap();
        assert_eq!(redirect, expected);
        assert!(page.raw_text("#program-text").contains(&format!("return_url='{expected}'\n")));
        let links = page.attributes("nav[aria-label=Languages] a", "href");
        assert_eq!(links.len(), 5);
        for link in links {
            let page = browser.page(link.split('#').next().unwrap()).await;
            assert!(page.raw_text("#program-text").contains(expected), "the choice stays: {link}");
        }
    }
}

#[tokio::test]
async fn the_page_says_what_stops_a_journey() {
    let app = app().await;
    let without = client_with(&app.partner().await, json!({"return_urls": []})).await;
    let page = app.browser().page(&format!("/sandbox/clients/{without}/journey")).await;
    assert!(page.main().contains("This client has no return URL."), "{}", page.main());
    assert!(!page.has("#program-text"));
    assert!(page.has(&format!("main a.button[href='/sandbox/clients/{without}/edit']")));

    let disabled =
        client_with(&app.partner().await, json!({"return_urls": ["https://one.example/"], "enabled": false})).await;
    let page = app.browser().page(&format!("/sandbox/clients/{disabled}/journey")).await;
    assert!(page.main().contains("This client is disabled: OneID refuses its journeys."), "{}", page.main());
}

#[tokio::test]
async fn a_journey_asks_for_the_scopes_of_the_client_and_for_no_others() {
    let app = app().await;
    let partner = app.partner().await;
    for (required, additional, expected) in [
        (vec!["profile", "openid"], vec!["email", "profile"], "profile openid email"),
        (vec!["profile"], vec![], "profile"),
        (vec![], vec!["openid"], "openid"),
    ] {
        let members = json!({"return_urls": ["https://one.example/"], "required_scopes": required,
            "additional_scopes": additional});
        let id = client_with(&partner, members).await;
        let url = app.browser().page(&format!("/sandbox/clients/{id}/journey")).await.raw_text("#authorize-url-text");
        let parsed = Url::parse(&url).unwrap();
        assert_eq!(parsed.query_pairs().find(|(name, _)| name == "scope").unwrap().1, expected);
        assert!(journey(&url).await.query_pairs().any(|(name, _)| name == "code"), "{expected}");
    }
    let members = json!({"return_urls": ["https://one.example/"], "required_scopes": []});
    let id = client_with(&partner, members).await;
    let page = app.browser().page(&format!("/sandbox/clients/{id}/journey")).await;
    assert!(page.main().contains("This client has no scopes.") && !page.has("#program-text"), "{}", page.main());
}

#[tokio::test]
async fn a_client_that_serves_nobody_is_used_at_the_provider_of_test_data_though_its_connection_is_production() {
    let app = app().await;
    let partner = app.partner_of(System::OneIdProduction).await;
    let body = json!({"parent_id": partner.root().await, "name": "Live", "has_production_access": true,
        "allowed_products": ["sign_up"]});
    let organisation = partner.create("/organisations", &body).await;
    for (is_production, provider) in [(true, "http://127.0.0.1:"), (false, "https://controller.sandbox.myoneid.co.uk/")]
    {
        let body = json!({"name": "used", "is_production": is_production, "selected_product": "sign_up",
            "required_scopes": ["openid"], "return_urls": ["https://one.example/"]});
        let id = partner.create(&format!("/organisations/{organisation}/clients"), &body).await;
        let page = app.browser().page(&format!("/production/clients/{id}/journey")).await;
        let url = page.raw_text("#authorize-url-text");
        assert!(url.starts_with(provider), "{is_production}: {url}");
        let environment = if is_production { "Production" } else { "Sandbox" };
        assert_eq!(page.fact("Environment"), environment);
    }
}
