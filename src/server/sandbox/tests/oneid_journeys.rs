//! OneID: journeys of the partner's clients.

use std::collections::HashMap;

use axum::http::header::LOCATION;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::{Answer, Bench, Id as _};
use crate::server::sandbox::System;

/// From RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const BACK: &str = "https://web.example/back?kept=1";

/// A client with its secret, and who calls its journeys.
struct Client<'a> {
    bench: &'a Bench,
    http: reqwest::Client,
    id: String,
    secret: String,
}

impl<'a> Client<'a> {
    async fn new(bench: &'a Bench, enabled: bool) -> Self {
        let partner = bench.partner(System::OneIdSandbox).await;
        let path = format!("/v1/organisations/{}/clients", partner.root().await);
        let body = json!({"name": "web", "return_urls": [BACK], "required_scopes": ["openid", "profile"],
            "additional_scopes": ["email"], "token_signing_algorithm": "ES384", "enabled": enabled});
        let created = partner.post(&path, body).await.body;
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { bench, http, id: created.id(), secret: created["secret"].as_str().expect("a secret").to_owned() }
    }

    fn url(&self, path: &str) -> String {
        let connection = self.bench.connection(System::OneIdSandbox);
        format!("{}{path}", connection.journey_url.expect("OneID has journeys"))
    }

    /// What a journey answers with these parameters besides those that every journey has.
    async fn authorize(&self, more: &[(&str, &str)]) -> Answer {
        let mut parameters = HashMap::from([
            ("client_id", self.id.as_str()),
            ("redirect_uri", BACK),
            ("response_type", "code"),
            ("scope", "openid email"),
            ("state", "s t&te"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        parameters.extend(more.iter().copied());
        let url = Url::parse_with_params(&self.url("/v2/authorize"), parameters).expect("a URL");
        self.bench.send(self.http.get(url)).await
    }

    async fn code(&self) -> String {
        sent_back(&self.authorize(&[]).await)["code"].clone()
    }

    async fn exchange(&self, code: &str, more: &[(&str, &str)]) -> Answer {
        let mut form = HashMap::from([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ]);
        form.extend(more.iter().copied());
        // RFC 6749 §2.3.1: both halves are encoded before they are joined.
        let secret: String = form_urlencoded::byte_serialize(self.secret.as_bytes()).collect();
        let request = self.http.post(self.url("/token")).basic_auth(&self.id, Some(secret)).form(&form);
        self.bench.send(request).await
    }
}

/// What a browser brings back.
fn sent_back(answer: &Answer) -> HashMap<String, String> {
    assert_eq!(answer.status, 303, "{}", answer.text);
    let url = answer.headers[LOCATION].to_str().expect("a URL");
    assert!(url.starts_with(BACK), "{url}");
    Url::parse(url).expect("a URL").query_pairs().into_owned().collect()
}

fn claims(token: &Value) -> Value {
    let part = token.as_str().and_then(|token| token.split('.').nth(1)).expect("a JWT");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

#[tokio::test]
async fn a_code_becomes_tokens_once_and_the_token_tells_what_was_agreed_to() {
    let bench = Bench::empty().await;
    let client = Client::new(&bench, true).await;
    let answer = client.authorize(&[("nonce", "n")]).await;
    let back = sent_back(&answer);
    assert_eq!((back["state"].as_str(), back["kept"].as_str()), ("s t&te", "1"));
    let tokens = client.exchange(&back["code"], &[]).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
    assert_eq!(tokens.headers["cache-control"], "no-store");
    let claims = claims(&tokens.body["id_token"]);
    assert_eq!((&claims["aud"], &claims["nonce"]), (&json!(client.id), &json!("n")));
    assert_eq!(claims["iss"], client.url(""));
    let again = client.exchange(&back["code"], &[]).await;
    assert_eq!((again.status, &again.body["error"]), (400, &json!("invalid_grant")));

    let token = tokens.body["access_token"].as_str().expect("a token");
    let user = bench.send(client.http.get(client.url("/userinfo")).bearer_auth(token)).await;
    assert_eq!(user.body["sub"], claims["sub"]);
    assert_eq!(user.body["email"], "user@sandbox.example");
    assert!(user.body.get("name").is_none(), "profile was not asked for");
    let other = bench.send(client.http.get(client.url("/userinfo")).bearer_auth("another")).await;
    assert_eq!(other.status, 401);
}

#[tokio::test]
async fn a_code_is_good_for_its_client_its_return_url_and_its_verifier_alone() {
    let bench = Bench::empty().await;
    let (client, other) = (Client::new(&bench, true).await, Client::new(&bench, true).await);
    for more in [[("redirect_uri", "https://web.example/")], [("code_verifier", "guessed")]] {
        let answer = client.exchange(&client.code().await, &more).await;
        assert_eq!((answer.status, &answer.body["error"]), (400, &json!("invalid_grant")), "{more:?}");
    }
    let answer = other.exchange(&client.code().await, &[]).await;
    assert_eq!((answer.status, &answer.body["error"]), (400, &json!("invalid_grant")));
    let answer = client.exchange(&client.code().await, &[("grant_type", "client_credentials")]).await;
    assert_eq!((answer.status, &answer.body["error"]), (400, &json!("unsupported_grant_type")));
    let impostor = Client { secret: other.secret, ..Client::new(&bench, true).await };
    let answer = impostor.exchange(&impostor.code().await, &[]).await;
    assert_eq!((answer.status, &answer.body["error"]), (401, &json!("invalid_client")));
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_the_clients() {
    let bench = Bench::empty().await;
    let (client, disabled) = (Client::new(&bench, true).await, Client::new(&bench, false).await);
    for wrong in
        [("redirect_uri", "https://evil.example/"), ("redirect_uri", "https://web.example/back"), ("client_id", "x")]
    {
        let answer = client.authorize(&[wrong]).await;
        assert!(answer.status == 400 && !answer.headers.contains_key(LOCATION), "{wrong:?}: {}", answer.text);
    }
    assert_eq!(disabled.authorize(&[]).await.status, 400);
    for (wrong, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "openid dbs"), "invalid_scope"),
        (("code_challenge_method", "plain"), "invalid_request"),
    ] {
        let back = sent_back(&client.authorize(&[wrong]).await);
        assert_eq!((back["error"].as_str(), back["state"].as_str()), (error, "s t&te"), "{wrong:?}");
    }
}

#[tokio::test]
async fn the_metadata_names_the_endpoints() {
    let bench = Bench::empty().await;
    let client = Client::new(&bench, true).await;
    let metadata = bench.send(client.http.get(client.url("/.well-known/openid-configuration"))).await.body;
    assert_eq!(metadata["issuer"], client.url(""));
    for (name, path) in
        [("authorization_endpoint", "/v2/authorize"), ("token_endpoint", "/token"), ("userinfo_endpoint", "/userinfo")]
    {
        assert_eq!(metadata[name], client.url(path), "{name}");
    }
    let keys = metadata["jwks_uri"].as_str().expect("a URL");
    assert_eq!(bench.send(client.http.get(keys)).await.body, json!({"keys": []}));
}
