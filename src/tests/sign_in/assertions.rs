//! Signed assertions of the proxies that people use, and forged ones.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use partner_dashboard::server::auth::{Authentication, Expected, JwtSettings};
use partner_dashboard::server::clock::{Clock as _, ManualClock, SystemClock};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Answer, SigningKey, TestApp, TestOptions, unsigned};

const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "dashboard.example";
const HEADER: &str = "x-pomerium-jwt-assertion";

/// The issuer's key set, and a dashboard that believes it.
pub(super) struct Proxied {
    app: TestApp,
    pub(super) key: SigningKey,
    pub(super) keys: MockServer,
    pub(super) clock: Arc<ManualClock>,
    header: &'static str,
}

impl Proxied {
    async fn with(header: &'static str, key: SigningKey, groups_claim: &str) -> Self {
        let keys = MockServer::start().await;
        let clock = Arc::new(ManualClock::new(SystemClock.now()));
        publish(&keys, &[&key]).await;
        let settings = JwtSettings {
            header: header.parse().unwrap(),
            expected: Expected {
                issuer: ISSUER.to_owned(),
                audience: AUDIENCE.to_owned(),
                algorithms: vec![key.algorithm],
            },
            groups_claim: groups_claim.to_owned(),
            jwks_url: format!("{}/keys", keys.uri()).parse().unwrap(),
        };
        let options = TestOptions {
            authentication: Authentication::Jwt(settings),
            clock: clock.clone(),
            ..TestOptions::behind_a_proxy()
        };
        Self { app: TestApp::with(options).await, key, keys, clock, header }
    }

    pub(super) async fn start() -> Self {
        Self::with(HEADER, SigningKey::elliptic("key-1"), "groups").await
    }

    pub(super) fn claims(&self) -> Value {
        let now = self.clock.now().unix_timestamp();
        json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": "u-ada", "iat": now, "exp": now + 300, "groups": ["viewers"],
        })
    }

    pub(super) async fn ask(&self, assertion: &str) -> Answer {
        self.app.browser().header(self.header, assertion).get("/account").await
    }

    pub(super) async fn fetches(&self) -> usize {
        self.keys.received_requests().await.unwrap().len()
    }
}

pub(super) async fn publish(server: &MockServer, keys: &[&SigningKey]) {
    let keys: Vec<Value> = keys.iter().map(|key| key.public()).collect();
    let answer = ResponseTemplate::new(200).set_body_json(json!({"keys": keys}));
    server.reset().await;
    Mock::given(method("GET")).and(path("/keys")).respond_with(answer).mount(server).await;
}

#[tokio::test]
async fn the_assertions_of_the_usual_proxies_are_understood() {
    let shapes: [(&str, SigningKey, &str, Value); 5] = [
        // Pomerium: ES256, groups as a list.
        (HEADER, SigningKey::elliptic("p"), "groups", json!({"groups": ["viewers"], "jti": "1", "user": "u-ada"})),
        // Cloudflare Access: RS256, the audience as a list, groups nested in what the provider said.
        (
            "cf-access-jwt-assertion",
            SigningKey::rsa("c"),
            "/custom/groups",
            json!({"aud": [AUDIENCE], "type": "app", "identity_nonce": "n", "custom": {"groups": ["viewers"]}}),
        ),
        // Google IAP: ES256, groups in a nested claim.
        (
            "x-goog-iap-jwt-assertion",
            SigningKey::elliptic("g"),
            "/gcip/groups",
            json!({"sub": "accounts.google.com:1", "gcip": {"groups": ["viewers"]}, "hd": "partner.example"}),
        ),
        // The ID token of an oauth2-proxy, as a bearer.
        ("authorization", SigningKey::rsa("o"), "groups", json!({"azp": AUDIENCE, "groups": ["viewers"]})),
        // Roles of Keycloak.
        ("authorization", SigningKey::rsa("k"), "/realm_access/roles", json!({"realm_access": {"roles": ["viewers"]}})),
    ];
    for (header, key, groups_claim, more) in shapes {
        let proxied = Proxied::with(header, key, groups_claim).await;
        let mut claims = proxied.claims();
        claims.as_object_mut().unwrap().shift_remove("groups");
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let token = proxied.key.token(&claims);
        let text = if header == "authorization" { format!("Bearer {token}") } else { token };
        let answer = proxied.ask(&text).await;
        assert_eq!(answer.status, StatusCode::OK, "{header} {groups_claim}: {}", answer.body);
    }
}

#[tokio::test]
async fn an_assertion_that_is_not_for_this_dashboard_now_is_nobody() {
    let proxied = Proxied::start().await;
    let now = proxied.clock.now().unix_timestamp();
    assert_eq!(proxied.ask(&proxied.key.token(&proxied.claims())).await.status, StatusCode::OK);
    for (name, value) in [
        ("iss", json!("https://other.example")),
        ("iss", Value::Null),
        ("aud", json!("neighbour.example")),
        ("aud", json!(["neighbour.example"])),
        ("aud", json!([])),
        ("aud", Value::Null),
        ("exp", json!(now - 31)),
        ("exp", json!("soon")),
        ("exp", Value::Null),
        ("nbf", json!(now + 31)),
        ("iat", json!(now + 31)),
        ("sub", json!("")),
        ("sub", json!(7)),
        ("sub", Value::Null),
    ] {
        let mut claims = proxied.claims();
        if value.is_null() {
            claims.as_object_mut().unwrap().shift_remove(name);
        } else {
            claims[name] = value.clone();
        }
        let answer = proxied.ask(&proxied.key.token(&claims)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}: {value}");
    }
    let mut early = proxied.claims();
    early["exp"] = json!(now - 29);
    assert_eq!(proxied.ask(&proxied.key.token(&early)).await.status, StatusCode::OK, "clocks differ by 30 seconds");
}

#[tokio::test]
async fn a_signature_that_is_not_the_issuers_is_nobody() {
    let proxied = Proxied::start().await;
    let (claims, key) = (proxied.claims(), &proxied.key);
    let genuine = key.token(&claims);
    let (rest, signature) = genuine.rsplit_once('.').unwrap();
    let public = key.public().to_string();
    let with = |algorithm: &str| json!({"alg": algorithm, "kid": key.id});
    for (what, token) in [
        ("alg none", format!("{}.", unsigned(&with("none"), &claims))),
        ("alg NONE", format!("{}.{signature}", unsigned(&with("NONE"), &claims))),
        ("no signature", format!("{rest}.")),
        ("no dot", rest.to_owned()),
        ("another key", SigningKey::elliptic(key.id).token(&claims)),
        ("the public key as a secret", SigningKey::shared(key.id, public.as_bytes()).token(&claims)),
        ("an empty secret", SigningKey::shared(key.id, b"").token(&claims)),
        ("another algorithm in the header", key.token_with(&with("RS256"), &claims)),
        ("another kind of key", SigningKey::rsa(key.id).token(&claims)),
        ("its own key in the header", {
            let stranger = SigningKey::elliptic(key.id);
            let mut header = stranger.header();
            header["jwk"] = stranger.public();
            stranger.token_with(&header, &claims)
        }),
        ("a header that must be understood and is not", {
            let mut header = key.header();
            header["crit"] = json!(["b64"]);
            key.token_with(&header, &claims)
        }),
        ("two tokens", format!("{genuine}, {genuine}")),
        ("a bearer where none is expected", format!("Bearer {genuine}")),
        ("huge", format!("{genuine}{}", "A".repeat(20_000))),
        ("nothing", String::new()),
        ("words", "admin".to_owned()),
    ] {
        assert_eq!(proxied.ask(&token).await.status, StatusCode::UNAUTHORIZED, "{what}");
    }
}

#[tokio::test]
async fn no_mutation_of_a_genuine_assertion_is_believed() {
    let proxied = Proxied::start().await;
    let genuine = proxied.key.token(&proxied.claims());
    let mut runner = TestRunner::deterministic();
    let place = (0..genuine.len(), 0..3_usize, 33_u8..127);
    for _ in 0..300 {
        let (at, kind, byte) = place.new_tree(&mut runner).unwrap().current();
        let mut bytes = genuine.clone().into_bytes();
        match kind {
            0 => bytes[at] = byte,
            1 => bytes.insert(at, byte),
            _ => drop(bytes.remove(at)),
        }
        let mutated = String::from_utf8(bytes).unwrap();
        let expected = if mutated == genuine { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        assert_eq!(proxied.ask(&mutated).await.status, expected, "{mutated}");
    }
}

#[tokio::test]
async fn made_up_keys_make_one_fetch_in_half_a_minute_and_harm_nobody() {
    let proxied = Proxied::start().await;
    let genuine = proxied.key.token(&proxied.claims());
    assert_eq!(proxied.ask(&genuine).await.status, StatusCode::OK);
    let before = proxied.fetches().await;
    for _ in 0..50 {
        let stranger = SigningKey::elliptic("made-up").token(&proxied.claims());
        assert_eq!(proxied.ask(&stranger).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(proxied.fetches().await, before + 1);
    assert_eq!(proxied.ask(&genuine).await.status, StatusCode::OK, "holders of good keys notice nothing");
    proxied.clock.advance(Duration::from_secs(31));
    proxied.ask(&SigningKey::elliptic("made-up").token(&proxied.claims())).await;
    assert_eq!(proxied.fetches().await, before + 2);
}

#[tokio::test]
async fn an_issuer_that_is_not_there_lets_nobody_in_and_says_so() {
    let proxied = Proxied::start().await;
    proxied.keys.reset().await;
    let answer = proxied.ask(&proxied.key.token(&proxied.claims())).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
}
