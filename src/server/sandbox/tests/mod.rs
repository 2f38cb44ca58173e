//! What the emulators promise, asked for over HTTP.

mod control;
mod faults;
mod lifecycle;
mod oneconnect;
mod oneid_clients;
mod oneid_journeys;
mod oneid_organisations;
mod oneid_token;
mod other_systems;
mod sample_data;

use std::net::{Ipv4Addr, SocketAddr};

use axum::http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::{ConnectionDescription, Sandbox, SandboxOptions, System};

/// Any free port of this machine.
fn anywhere() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

/// A running sandbox and a client for it.
struct Bench {
    sandbox: Sandbox,
    http: reqwest::Client,
}

/// An answer that has been read to its end.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
    /// Null when the body is not JSON.
    body: Value,
}

/// A partner with a token of one system.
struct Partner<'a> {
    bench: &'a Bench,
    base_url: String,
    token: String,
}

impl Bench {
    async fn start(options: SandboxOptions) -> Self {
        // Another test may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let sandbox = Sandbox::start(anywhere(), options).await.expect("a sandbox on loopback");
        Self { sandbox, http: reqwest::Client::new() }
    }

    /// A sandbox without sample data: quicker, and the lists hold what the test puts there.
    async fn empty() -> Self {
        Self::start(SandboxOptions { seed_data: false, ..SandboxOptions::default() }).await
    }

    fn connection(&self, system: System) -> ConnectionDescription {
        self.sandbox.description().connection(system).cloned().expect("every system is described")
    }

    fn control(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.description().control_url)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        self.try_send(request).await.expect("an answer")
    }

    async fn try_send(&self, request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
        let response = request.send().await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answer { status, headers, text, body })
    }

    /// Asks the token endpoint in the way of `system`.
    async fn request_token(&self, system: System) -> Answer {
        let connection = self.connection(system);
        let parameters = parameters(&connection);
        let request = self.http.post(&connection.token_url);
        self.send(match system {
            System::Bookings => request.json(&parameters),
            _ => request.form(&parameters),
        })
        .await
    }

    /// A partner that has just got its token.
    async fn partner(&self, system: System) -> Partner<'_> {
        let answer = self.request_token(system).await;
        Partner {
            bench: self,
            base_url: self.connection(system).base_url,
            token: answer.body["access_token"].as_str().expect("a token").to_owned(),
        }
    }
}

/// The parameters of a token request that succeeds.
fn parameters(connection: &ConnectionDescription) -> Value {
    let mut parameters = json!({
        "grant_type": "client_credentials",
        "client_id": connection.client_id,
        "client_secret": connection.client_secret,
    });
    if let Some(scope) = connection.scope {
        parameters["scope"] = scope.into();
    }
    parameters
}

impl Partner<'_> {
    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.bench.http.request(method, format!("{}{path}", self.base_url)).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> Answer {
        self.bench.send(self.request(Method::GET, path)).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.bench.send(self.request(Method::POST, path).json(&body)).await
    }

    async fn put(&self, path: &str, body: Value) -> Answer {
        self.bench.send(self.request(Method::PUT, path).json(&body)).await
    }

    /// The id of the partner's own organisation.
    async fn root(&self) -> String {
        self.get("/v1/organisations").await.body[0].id()
    }

    /// The id of a new organisation.
    async fn organisation(&self, body: Value) -> String {
        let answer = self.post("/v1/organisations", body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.body.id()
    }
}

impl Answer {
    /// Fails unless this is a 400 about `field`.
    fn assert_refuses(&self, field: &str) {
        assert_eq!((self.status, self.body["field"].as_str()), (400, Some(field)), "{}", self.text);
        assert_eq!(self.body["error"], "invalid_request");
        let description = self.body["error_description"].as_str().unwrap_or_default();
        assert!(description.starts_with(field), "{description}");
    }
}

trait Id {
    /// The member `id`.
    fn id(&self) -> String;
}

impl Id for Value {
    fn id(&self) -> String {
        self["id"].as_str().expect("an id").to_owned()
    }
}
