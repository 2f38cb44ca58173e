//! Every way to smuggle an identity past the proxy that we know of, against each way in which people are known.

use std::fmt::Write as _;

use axum::http::StatusCode;
use jsonwebtoken::Algorithm;
use partner_dashboard::server::auth::{Authentication, Expected, JwtSettings};

use crate::support::{IdentityProvider, SigningKey, TestApp, TestOptions};

/// Names that proxies are configured with, ours first.
const NAMES: [&str; 13] = [
    "x-forwarded-user",
    "x-forwarded-email",
    "x-forwarded-groups",
    "remote-user",
    "remote-groups",
    "x-webauth-user",
    "x-auth-request-user",
    "x-authentik-username",
    "tailscale-user-login",
    "x-pomerium-jwt-assertion",
    "cf-access-jwt-assertion",
    "x-goog-iap-jwt-assertion",
    "authorization",
];
/// Peers that no mode trusts, each in every notation.
const STRANGERS: [&str; 6] =
    ["192.0.2.1:80", "127.0.0.1:80", "[::1]:80", "[::ffff:192.0.2.1]:80", "[2001:db8::1]:80", "11.0.0.1:80"];
/// The proxy.
const PROXY: &str = "10.0.0.1:80";

/// A name in the spellings that careless software takes for it.
fn spellings(name: &str) -> Vec<String> {
    let title: Vec<_> = name.split('-').map(|word| format!("{}{}", word[..1].to_uppercase(), &word[1..])).collect();
    let mut spellings = vec![
        name.to_owned(),
        name.to_uppercase(),
        title.join("-"),
        name.replace('-', "_"),
        name.replace('-', "."),
        title.join("_"),
        name.replacen('-', "_", 1),
        name.replacen('-', ".", 1),
        format!("{name}s"),
        format!("http-{name}"),
        format!("http_{}", name.replace('-', "_")),
    ];
    spellings.dedup();
    spellings
}

/// Headers that tell another story of where a request comes from, or what to do with a header.
fn companions(name: &str) -> Vec<Vec<(String, String)>> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    vec![
        vec![],
        vec![pair("x-forwarded-for", "10.0.0.1"), pair("x-real-ip", "10.0.0.1")],
        vec![pair("forwarded", "for=10.0.0.1;by=10.0.0.1"), pair("true-client-ip", "10.0.0.1")],
        vec![pair("connection", name), pair("te", "trailers")],
        vec![pair("x-forwarded-proto", "https"), pair("x-forwarded-host", "127.0.0.1:3000")],
    ]
}

/// Asks with a set of headers; whether somebody was recognised.
async fn is_somebody(app: &TestApp, peer: &str, headers: &[(String, String)]) -> bool {
    let mut browser = app.browser().from(peer);
    for (name, value) in headers {
        browser = browser.header(name, value);
    }
    let answer = browser.get("/account").await;
    let refused = matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST | StatusCode::SEE_OTHER);
    assert!(refused || answer.status.is_success(), "{headers:?}: {}", answer.status);
    !refused
}

/// All requests of the matrix from one peer, but those with the names that are configured for it.
async fn smuggle(app: &TestApp, peer: &str, configured: &[&str]) -> (usize, String) {
    let (mut asked, mut recognised) = (0, String::new());
    for name in NAMES {
        for spelling in spellings(name) {
            if configured.contains(&spelling.to_lowercase().as_str()) {
                continue;
            }
            for mut headers in companions(&spelling) {
                headers.push((spelling.clone(), "admins".to_owned()));
                asked += 1;
                if is_somebody(app, peer, &headers).await {
                    writeln!(recognised, "{peer} {headers:?}").unwrap();
                }
            }
        }
    }
    (asked, recognised)
}

async fn assert_nobody(app: &TestApp, peers: &[(&str, &[&str])]) {
    let mut total = 0;
    for (peer, configured) in peers {
        let (asked, recognised) = smuggle(app, peer, configured).await;
        total += asked;
        assert_eq!(recognised, "", "{peer}");
    }
    assert!(total > 300, "{total} requests");
}

fn strangers() -> Vec<(&'static str, &'static [&'static str])> {
    STRANGERS.into_iter().map(|peer| (peer, &[] as &[&str])).collect()
}

#[tokio::test]
async fn in_header_mode_nobody_is_recognised_from_elsewhere_or_by_another_name() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let mut peers = strangers();
    peers.push((PROXY, &["x-forwarded-user", "x-forwarded-email", "x-forwarded-groups"]));
    assert_nobody(&app, &peers).await;
}

#[tokio::test]
async fn in_header_mode_the_genuine_headers_beside_copies_are_refused() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let genuine = [("x-forwarded-user", "ada"), ("x-forwarded-groups", "viewers")];
    let genuine = genuine.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    assert!(is_somebody(&app, PROXY, &genuine).await, "the matrix can tell");
    for name in ["x-forwarded-user", "x-forwarded-email", "x-forwarded-groups"] {
        for spelling in spellings(name).into_iter().take(8) {
            let mut headers = genuine.clone();
            if name == "x-forwarded-email" && spelling.eq_ignore_ascii_case(name) {
                headers.push((name.to_owned(), "ada@partner.example".to_owned()));
            }
            headers.push((spelling.clone(), "admins".to_owned()));
            let mut browser = app.browser().from(PROXY);
            for (name, value) in &headers {
                browser = browser.header(name, value);
            }
            assert_eq!(browser.get("/account").await.status, StatusCode::BAD_REQUEST, "{spelling}");
        }
    }
}

#[tokio::test]
async fn in_jwt_mode_nobody_is_recognised_without_the_assertion_in_its_header() {
    let key = SigningKey::elliptic("k");
    let settings = JwtSettings {
        header: "x-pomerium-jwt-assertion".parse().unwrap(),
        expected: Expected {
            issuer: "https://issuer.example".to_owned(),
            audience: "dashboard.example".to_owned(),
            algorithms: vec![Algorithm::ES256],
        },
        groups_claim: "groups".to_owned(),
        jwks_url: "http://127.0.0.1:1/keys".parse().unwrap(),
    };
    let authentication = Authentication::Jwt(settings);
    let app = TestApp::with(TestOptions { authentication, ..TestOptions::behind_a_proxy() }).await;
    let mut peers = strangers();
    peers.push((PROXY, &[]));
    assert_nobody(&app, &peers).await;
    let token = key.token(&serde_json::json!({"sub": "ada", "groups": ["admins"]}));
    for spelling in spellings("x-pomerium-jwt-assertion").into_iter().skip(3) {
        assert!(!is_somebody(&app, PROXY, &[(spelling, token.clone())]).await);
    }
}

#[tokio::test]
async fn in_oidc_mode_no_header_recognises_anybody() {
    let provider = IdentityProvider::start().await;
    let app = TestApp::with(TestOptions::signing_in_at(&provider)).await;
    let mut peers = strangers();
    peers.push((PROXY, &[]));
    assert_nobody(&app, &peers).await;
    for cookie in ["session=admins", "session=AAAAAAAAAAAAAAAAAAAAAA", "__Host-session=x", "SESSION=x; session="] {
        assert!(!is_somebody(&app, PROXY, &[("cookie".to_owned(), cookie.to_owned())]).await, "{cookie}");
    }
}
