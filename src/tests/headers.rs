//! The headers of every kind of answer, as browsers get them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Method, header};

use crate::support::{Answer, TestApp, TestOptions};

/// The headers that keep a browser in check, in the order of their names.
fn described(answer: &Answer) -> String {
    let kept: BTreeMap<&str, &str> = answer
        .headers
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "content-length" | "location" | "set-cookie" | "x-request-id"))
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    let mut text = format!("{}\n", answer.status);
    for (name, value) in kept {
        writeln!(text, "{name}: {value}").unwrap();
    }
    text
}

fn assert_snapshot(name: &str, answer: &Answer) {
    insta::with_settings!({
        filters => vec![(r"'nonce-[A-Za-z0-9+/]{22}=='", "'nonce-[redacted]'")],
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, described(answer));
    });
}

#[tokio::test]
async fn every_kind_of_answer_carries_the_same_strict_headers() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    assert_snapshot("headers_page", &browser.get("/sandbox/organisations").await);
    assert_snapshot("headers_not_found", &browser.get("/nowhere").await);
    let pairs = [("connection", "sandbox"), ("name", "")];
    assert_snapshot("headers_form", &browser.post_form("/api/organisations/create", &pairs).await);
    assert_snapshot("headers_island", &browser.post_island("/api/organisations/create", &pairs).await);
    let request = browser.request(Method::POST, "/api/overview").header(header::ORIGIN, "https://evil.example");
    assert_snapshot("headers_cross_site", &browser.send(request.body(Body::empty()).unwrap()).await);
    let proxied = TestApp::with(TestOptions::behind_a_proxy()).await;
    assert_snapshot("headers_unauthenticated", &proxied.browser().get("/").await);
}

#[tokio::test]
async fn the_nonce_is_new_on_every_page_and_is_that_of_its_scripts() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let answer = browser.get("/sandbox/organisations").await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        for nonce in answer.page().attributes("script", "nonce") {
            assert!(policy.contains(&format!("'nonce-{nonce}'")), "{nonce} is not in {policy}");
            assert!(policy.len() > 100 && !policy.contains("unsafe-inline"));
        }
        assert!(answer.page().has("script[nonce]"));
        assert!(!seen.contains(&policy));
        seen.push(policy);
    }
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let app = TestApp::empty().await;
    let answer = app.browser().post_form("/api/organisations/create", &[("connection", "sandbox"), ("name", "")]).await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{part} is not in {cookie}");
    }
    assert!(!cookie.contains("Domain="));
    let page = app.browser().get("/sandbox/organisations").await;
    assert!(!page.headers.contains_key(header::SET_COOKIE), "looking makes no session");
}

#[tokio::test]
async fn every_answer_has_an_id_of_our_own() {
    let app = TestApp::empty().await;
    let browser = app.browser().header("x-request-id", "from-outside");
    let (first, second) = (browser.get("/").await, browser.get("/").await);
    let id = |answer: &Answer| answer.headers["x-request-id"].to_str().unwrap().to_owned();
    assert_ne!(id(&first), id(&second));
    assert_ne!(id(&first), "from-outside");
    let lost = browser.get("/nowhere").await;
    assert!(lost.body.contains(&id(&lost)), "error pages show it");
}
