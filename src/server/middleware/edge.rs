//! What happens first with every request and last with its answer: its id, the security headers, and the refusal of what is
//! not for this server.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::same_origin::OwnOrigins;
use super::{request_id, security_headers, target};

/// What the edge knows of this server.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Whether browsers reach it over https: only then may it tell them to use nothing else.
    pub is_https: bool,
    /// The hosts that it answers for. `None` for all, which a proxy in front of it chooses from.
    pub only_for: Option<Arc<OwnOrigins>>,
}

/// Refuses what has no path or is for another host; puts the id and the security headers into the answer.
pub async fn edge(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let id = request_id::generate(&mut request);
    let nonce = security_headers::generate_nonce(&mut request);
    let span = tracing::info_span!("request", id, method = %request.method(), path = request.uri().path());
    let refusal = span.in_scope(|| {
        target::refusal(&request).or_else(|| edge.only_for.as_ref().and_then(|own| own.refusal_of_host(&request)))
    });
    let mut response = match refusal {
        Some(refusal) => refusal,
        None => next.run(request).instrument(span.clone()).await,
    };
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), "answered"));
    security_headers::add(&mut response, &nonce, edge.is_https);
    request_id::add(&mut response, &id);
    response
}
