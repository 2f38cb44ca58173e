//! A partner that answers whatever a test wants, and remembers what it was asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use partner_dashboard::server::clock::SystemClock;
use partner_dashboard::server::oauth::{
    BasicEncoding, ClientAuthentication, Credentials, TokenRequestFormat, TokenSource, http_client,
    single_use_http_client,
};
use partner_dashboard::server::oneid::{Budget, HttpPartnerApi, HttpSettings};
use serde_json::{Value, json};
use url::Url;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The partner, whose tokens are `token-1`, `token-2`, ….
pub struct PartnerServer {
    mock: MockServer,
    issuer: MockServer,
}

impl PartnerServer {
    pub async fn start() -> Self {
        let (mock, issuer) = (MockServer::start().await, MockServer::start().await);
        let count = Arc::new(AtomicUsize::new(0));
        let grant = move |_: &Request| {
            let number = count.fetch_add(1, Ordering::Relaxed) + 1;
            let token = format!("token-{number}");
            ResponseTemplate::new(200)
                .set_body_json(json!({"access_token": token, "token_type": "bearer", "expires_in": 86_400}))
        };
        Mock::given(path("/v1/token")).respond_with(grant).mount(&issuer).await;
        Self { mock, issuer }
    }

    pub fn mock(&self) -> &MockServer {
        &self.mock
    }

    pub fn uri(&self) -> String {
        self.mock.uri()
    }

    /// Answers every call with this JSON.
    pub async fn answer(&self, status: u16, body: Value) {
        let answer = ResponseTemplate::new(status).set_body_json(body).insert_header("x-request-id", "r-1");
        Mock::given(any()).respond_with(answer).mount(&self.mock).await;
    }

    /// Answers every call with these bytes.
    pub async fn answer_raw(&self, status: u16, content_type: &str, body: &str) {
        let answer = ResponseTemplate::new(status).set_body_raw(body, content_type);
        Mock::given(any()).respond_with(answer).mount(&self.mock).await;
    }

    /// Forgets calls and answers.
    pub async fn forget(&self) {
        self.mock.reset().await;
    }

    /// What it was asked, but for tokens.
    pub async fn calls(&self) -> Vec<Request> {
        self.mock.received_requests().await.unwrap()
    }

    /// The token requests.
    pub async fn grants(&self) -> Vec<Request> {
        self.issuer.received_requests().await.unwrap()
    }

    /// The product's client, with a token source of its own.
    pub fn api(&self) -> HttpPartnerApi {
        self.api_at("/")
    }

    /// The same for an API below another path.
    pub fn api_at(&self, base: &str) -> HttpPartnerApi {
        self.api_on(&format!("{}{base}", self.mock.uri()))
    }

    /// The same for an API elsewhere.
    pub fn api_on(&self, base_url: &str) -> HttpPartnerApi {
        self.api_within(base_url, Budget::default())
    }

    /// The same with a budget for its lists.
    pub fn api_within(&self, base_url: &str, budget: Budget) -> HttpPartnerApi {
        self.api_reading_with(http_client().unwrap(), base_url, budget)
    }

    /// The same with a client that gives up sooner than the product's.
    pub fn impatient_api(&self, base_url: &str, patience: Duration) -> HttpPartnerApi {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let reader = reqwest::Client::builder().no_proxy().timeout(patience).read_timeout(patience).build().unwrap();
        self.api_reading_with(reader, base_url, Budget::default())
    }

    fn api_reading_with(&self, reader: reqwest::Client, base_url: &str, budget: Budget) -> HttpPartnerApi {
        let writer = single_use_http_client().unwrap();
        let credentials = Credentials {
            token_url: format!("{}/v1/token", self.issuer.uri()).parse().unwrap(),
            client_id: "partner".to_owned(),
            client_secret: "s3cret".to_owned().into(),
            format: TokenRequestFormat::Form,
            client_authentication: ClientAuthentication::Post,
            basic_encoding: BasicEncoding::Rfc6749,
            scope: None,
        };
        let tokens = TokenSource::new(reader.clone(), credentials, Arc::new(SystemClock));
        let base_url: Url = base_url.parse().unwrap();
        HttpPartnerApi::new(HttpSettings { base_url, reader, writer, tokens, budget })
    }
}
