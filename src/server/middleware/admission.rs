//! Who may come in: every page and server function is behind this layer.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::authenticate::authenticate;
use super::rate_limit::count;
use super::shell::add_shell;
use crate::server::request_limits::RequestLimit;
use crate::server::state::AppState;

/// What is needed to let somebody in.
#[derive(Debug)]
pub struct Admission {
    /// The application.
    pub state: AppState,
    /// How much each session may ask for.
    pub limit: RequestLimit,
}

/// Adds the principal, the visitor's session, the frame of the page and what services work with to the request; or
/// answers that nobody is signed in, or that the visitor asks too much.
pub async fn admission(State(admission): State<Arc<Admission>>, mut request: Request, next: Next) -> Response {
    let Admission { state, limit } = &*admission;
    if let Err(refusal) = authenticate(state, limit, &mut request).await {
        return *refusal;
    }
    if let Some(refusal) = count(limit, &request) {
        return refusal;
    }
    add_shell(state, &mut request).await;
    request.extensions_mut().insert(Arc::clone(&state.resources));
    next.run(request).await
}
