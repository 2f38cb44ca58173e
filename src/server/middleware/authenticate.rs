//! Who asks: the principal is found here, once for each request, or the request ends here.

use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use tower_sessions::Session;

use super::document::{document, refusal};
use crate::domain::principal::{Principal, Role};
use crate::error::{AppError, AppErrorCode};
use crate::server::auth::{PeerAddress, Rejection, VisitorSession};
use crate::server::config::Authentication;
use crate::server::context::RequestId;

/// Puts the principal and the visitor's session into the request, or answers that nobody is
/// signed in. There is no path that goes around this.
pub async fn authenticate(
    State(authentication): State<Arc<Authentication>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<PeerAddress>>().map(|ConnectInfo(peer)| peer.clone());
    let principal = match (authentication.as_ref(), &peer) {
        (Authentication::Demo, _) => Ok(demo_admin()),
        (Authentication::Header(header), Some(peer)) => header.authenticate(peer, request.headers()),
        (Authentication::Header(_), None) => Err(Rejection::NotAuthenticated),
    };
    match principal {
        Ok(principal) => {
            let session = request.extensions().get::<Session>().cloned().map(VisitorSession::new);
            let extensions = request.extensions_mut();
            extensions.insert(principal);
            if let Some(peer) = peer {
                extensions.insert(peer);
            }
            if let Some(session) = session {
                extensions.insert(session);
            }
            next.run(request).await
        }
        Err(rejection) => {
            let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
            tracing::info!(request_id, ?rejection, "request not authenticated");
            refuse(rejection, request_id, wants_html(request.headers()))
        }
    }
}

fn refuse(rejection: Rejection, request_id: String, wants_html: bool) -> Response {
    let code = match rejection {
        Rejection::NotAuthenticated => AppErrorCode::Unauthenticated,
        Rejection::Ambiguous => AppErrorCode::BadRequest,
        Rejection::NoRole if wants_html => {
            return document(
                axum::http::StatusCode::FORBIDDEN,
                "You have no role here",
                "You are signed in, but none of your groups may use this dashboard.",
                "Ask the operator of this dashboard which group you need, and your identity team to put you into it.",
                &request_id,
            );
        }
        Rejection::NoRole => AppErrorCode::Forbidden(crate::domain::principal::Permission::ViewObjects),
    };
    refusal(&AppError { code, request_id: Some(request_id) }, wants_html)
}

/// Whether a person's browser asks for a page.
pub(super) fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn demo_admin() -> Principal {
    Principal {
        subject: "demo-admin".to_owned(),
        name: "Demo Admin".to_owned(),
        email: Some("admin@demo.example".to_owned()),
        groups: vec!["partner-admins".to_owned()],
        role: Role::Admin,
    }
}
