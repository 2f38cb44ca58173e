//! `POST /auth/demo-role`: switches to another person of the demo, to show what each role may do.

use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use serde::Deserialize;
use tower_sessions::Session;

use super::{own_page, see_other};
use crate::server::auth::{Started, VisitorSession, demo};
use crate::server::context::RequestId;
use crate::server::middleware::unreadable;

/// The role to switch to, and the page to show afterwards.
#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    role: String,
    next: Option<String>,
}

/// Starts a session as the demo person of a role.
pub(super) async fn switch_role(
    Extension(session): Extension<Session>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    headers: HeaderMap,
    chosen: Result<Form<Chosen>, FormRejection>,
) -> Response {
    let Ok(Form(Chosen { role, next })) = chosen else {
        return unreadable(&headers, request_id);
    };
    let session = VisitorSession::new(session, Started::default());
    match session.sign_in(demo::identity(&role), None).await {
        Ok(_) => see_other(&own_page(next.as_deref())),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the session could not be started");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
