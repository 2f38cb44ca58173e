//! OneConnect by Shine (seed 000): a health check, and integrations that expire on their own.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    answers, bearer,
    issuer::{self, Dialect, Encoding},
    systems::{Emulator, Row},
};

const INTEGRATION_ID: &str = "4f0e7a90-6b1d-4c55-8e0f-91d3a2c7b846";

/// Seed 000: the token request names a scope; the token lives an hour.
pub(crate) static ROW: Row = Row {
    prefix: "oneconnect",
    connection: "oneconnect",
    kind: "oneconnect",
    environment: "production",
    integration_id: Some(INTEGRATION_ID),
    probe: Some("/v1/health"),
    has_journeys: false,
    client_id: "c2f6d0b4-1e7a-4a39-b8c1-60d5e9f3a720",
    dialect: Dialect {
        path: "/oauth2/token",
        encoding: Encoding::Form,
        basic: false,
        scope: Some("invoices.import"),
        lifetime: 3600,
        algorithm: "RS256",
        claims: issuer::plain_claims,
        extras: issuer::no_extras,
    },
    build: |options| {
        let expired = options.demo_faults;
        Arc::new(OneConnect { expired_at: expired.then(|| OffsetDateTime::now_utc() - Duration::days(2)) })
    },
};

struct OneConnect {
    /// When the partner's integration expired, if it did.
    expired_at: Option<OffsetDateTime>,
}

impl Emulator for OneConnect {
    fn routes(self: Arc<Self>) -> Router {
        Router::new().route("/v1/health", get(health)).route("/integrations/{id}", get(integration)).with_state(self)
    }
}

/// 204 and no body; 401 in spite of a valid token when the integration has expired.
async fn health(State(system): State<Arc<OneConnect>>) -> Response {
    match system.expired_at {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(_) => bearer::refuse("The integration is not active"),
    }
}

/// Answers for an expired integration too: that is how a partner tells the two 401s apart.
async fn integration(State(system): State<Arc<OneConnect>>, Path(id): Path<String>) -> Response {
    if id != INTEGRATION_ID {
        return answers::not_found().await;
    }
    Json(system.status()).into_response()
}

impl OneConnect {
    fn status(&self) -> Value {
        match self.expired_at {
            None => json!({ "id": INTEGRATION_ID, "status": "active" }),
            Some(at) => json!({
                "id": INTEGRATION_ID,
                "status": "expired",
                "expired_at": at.format(&Rfc3339).unwrap_or_default(),
            }),
        }
    }
}
