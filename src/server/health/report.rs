//! What `/readyz` says, as JSON.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::Found;

/// What a server is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerState {
    /// It is about to serve.
    Starting,
    /// It serves.
    Active,
    /// It was asked to end.
    ShuttingDown,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HealthCheck {
    /// What it is called, always the same.
    pub name: &'static str,
    /// The connection that it is about, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    /// Whether the server is ready only if it is as it should be.
    pub required: bool,
    /// Whether it is as it should be.
    pub ok: bool,
    /// How it is, and what that means.
    pub detail: String,
    /// What to do, where it is not as it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<&'static str>,
}

impl HealthCheck {
    /// A check without which the server is not ready.
    pub(super) fn required(name: &'static str, result: Found) -> Self {
        let (ok, detail, action) = match result {
            Ok(detail) => (true, detail, None),
            Err((detail, action)) => (false, detail, Some(action)),
        };
        Self { name, connection: None, required: true, ok, detail, action }
    }

    /// One that tells something and decides nothing.
    pub(super) fn informational(name: &'static str, result: Found) -> Self {
        Self { required: false, ..Self::required(name, result) }
    }
}

/// The whole answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HealthReport {
    /// Whether the server can serve.
    pub ready: bool,
    /// What it is doing.
    pub state: ServerState,
    /// The version of this program.
    pub version: &'static str,
    /// All that was looked at.
    pub checks: Vec<HealthCheck>,
}

impl HealthReport {
    /// What these checks come to.
    pub(super) fn new(state: ServerState, checks: Vec<HealthCheck>) -> Self {
        let ready = state == ServerState::Active && checks.iter().all(|check| check.ok || !check.required);
        Self { ready, state, version: env!("CARGO_PKG_VERSION"), checks }
    }

    /// A server that does not serve yet.
    pub fn starting() -> Self {
        let check = (
            "Starting: the database is being opened, and migrated if need be.".to_owned(),
            "Wait. If it stays so, look at the log.",
        );
        Self::new(ServerState::Starting, vec![HealthCheck::required("serving", Err(check))])
    }
}

impl IntoResponse for HealthReport {
    /// 200 when it is ready, 503 when it is not.
    fn into_response(self) -> Response {
        let status = if self.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        (status, Json(self)).into_response()
    }
}
