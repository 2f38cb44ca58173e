//! `POST /auth/demo-role`: switches to another person of the demo, to show what each role may do.

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use serde::Deserialize;
use tower_sessions::Session;

use super::new_session::begin;
use super::{own_page, see_other};
use crate::server::auth::{Started, VisitorSession, demo};
use crate::server::context::RequestId;
use crate::server::middleware::unreadable;
use crate::server::state::AppState;

/// The role to switch to, and the page to show afterwards.
#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    role: String,
    next: Option<String>,
}

/// Starts a session as the demo person of a role.
pub(super) async fn switch_role(
    State(state): State<AppState>,
    Extension(session): Extension<Session>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    headers: HeaderMap,
    chosen: Result<Form<Chosen>, FormRejection>,
) -> Response {
    let Ok(Form(Chosen { role, next })) = chosen else {
        return unreadable(&headers, request_id);
    };
    let session = VisitorSession::new(session, Started::default());
    let person = demo::identity(&role);
    match begin(&state, &session, &person, (None, None), (None, &request_id)).await {
        Ok(_) => see_other(&own_page(next.as_deref())),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the session could not be started");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
