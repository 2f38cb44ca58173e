//! The ONEiO REST receiver (seed 001): takes JSON messages, in QA and in PROD.

use std::sync::{Arc, Mutex};

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    SandboxOptions,
    answers::JsonBody,
    issuer::{self, Dialect, Encoding},
    lock,
    systems::{Emulator, Row},
};

/// The QA hosts.
pub(crate) static QA: Row = Row {
    prefix: "oneio-qa",
    connection: "oneio-qa",
    kind: "oneio",
    environment: "sandbox",
    integration_id: None,
    probe: None,
    has_journeys: false,
    client_id: "partner-endpoint-qa",
    dialect: DIALECT,
    build,
};

/// The PROD hosts, which refuse a token of QA.
pub(crate) static PROD: Row = Row {
    prefix: "oneio-prod",
    connection: "oneio-prod",
    kind: "oneio",
    environment: "production",
    integration_id: None,
    probe: None,
    has_journeys: false,
    client_id: "partner-endpoint",
    dialect: DIALECT,
    build,
};

/// Seed 001: an hour less a second.
const DIALECT: Dialect = Dialect {
    path: "/oauth2/token",
    encoding: Encoding::Form,
    basic: false,
    scope: None,
    lifetime: 3599,
    algorithm: "RS256",
    claims: issuer::plain_claims,
    extras: || json!({ "scope": "ROLE_INTEGRATION" }),
};

fn build(_: &SandboxOptions) -> Arc<dyn Emulator> {
    Arc::new(OneIo::default())
}

#[derive(Default)]
struct OneIo {
    received: Mutex<Vec<Value>>,
}

impl Emulator for OneIo {
    fn routes(self: Arc<Self>) -> Router {
        Router::new().route("/api/v2", post(receive)).with_state(self)
    }

    fn reset(&self) {
        lock(&self.received).clear();
    }

    fn messages(&self) -> Vec<Value> {
        lock(&self.received).clone()
    }
}

/// Accepts any JSON and answers with a receipt.
async fn receive(State(system): State<Arc<OneIo>>, JsonBody(message): JsonBody) -> (StatusCode, Json<Value>) {
    lock(&system.received).push(message);
    (StatusCode::ACCEPTED, Json(json!({ "id": Uuid::new_v4() })))
}
