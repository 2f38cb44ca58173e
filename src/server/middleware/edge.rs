//! What happens first with every request and last with its answer: its id, the security headers, and the refusal of what is
//! not for this server.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use tracing::field::Empty;

use super::same_origin::OwnOrigins;
use super::{request_id, security_headers, target};
use crate::server::measurements::Requests;
use crate::server::telemetry;

/// What the edge knows of this server.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Whether browsers reach it over https: only then may it tell them to use nothing else.
    pub is_https: bool,
    /// The hosts that it answers for. `None` for all, which a proxy in front of it chooses from.
    pub only_for: Option<Arc<OwnOrigins>>,
    /// Where requests are counted.
    pub requests: Arc<Requests>,
}

/// Refuses what has no path or is for another host; puts the id and the security headers into the answer.
pub async fn edge(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let pattern = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let mut counted = edge.requests.begin(pattern, request.method().as_str());
    let id = request_id::generate(&mut request);
    let nonce = security_headers::generate_nonce(&mut request);
    // Nothing of the address: it may hold what somebody typed. Of the highest level, so that whatever is logged within has it.
    let span = tracing::error_span!(
        "request",
        request_id = id,
        method = counted.method(),
        route = counted.route(),
        trace_id = Empty
    );
    let traced = telemetry::request_span(&span, counted.method(), counted.route(), &id);
    let refusal = span.in_scope(|| {
        target::refusal(&request).or_else(|| edge.only_for.as_ref().and_then(|own| own.refusal_of_host(&request)))
    });
    let mut response = match refusal {
        Some(refusal) => refusal,
        None => next.run(request).instrument(traced.clone()).instrument(span.clone()).await,
    };
    let status = response.status().as_u16();
    counted.answered(status);
    telemetry::request_answered(&traced, status);
    span.in_scope(|| {
        tracing::debug!(target: telemetry::ACCESS, status, duration_seconds = counted.began().elapsed().as_secs_f64(), "answered");
    });
    security_headers::add(&mut response, &nonce, edge.is_https);
    request_id::add(&mut response, &id);
    response
}
