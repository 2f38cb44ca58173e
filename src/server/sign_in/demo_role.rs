//! `POST /auth/demo-role`: becomes somebody else in the demo, to see what each role may do.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tower_sessions::Session;

use super::{own_page, see_other};
use crate::paths;
use crate::server::auth::{Started, VisitorSession, demo};

/// Who to become, and where to go then.
#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    role: String,
    next: Option<String>,
}

/// Begins a session as another of the demo's people.
pub(super) async fn become_somebody(
    session: axum::Extension<Session>,
    chosen: Result<Form<Chosen>, FormRejection>,
) -> Response {
    let Ok(Form(Chosen { role, next })) = chosen else {
        return see_other(paths::OVERVIEW);
    };
    let session = VisitorSession::new(session.0, Started::default());
    match session.sign_in(demo::identity(&role), None).await {
        Ok(_) => see_other(&own_page(next.as_deref())),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "session not begun");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
