//! The id of every request: in its answer, its log lines, on error pages and in the audit log.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;

use crate::server::context::RequestId;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Generates the id. An id that a client sends is ignored, because it could be anything.
pub async fn request_id(mut request: Request, next: Next) -> Response {
    let id = Uuid::now_v7().simple().to_string();
    let span = tracing::info_span!("request", id, method = %request.method(), path = request.uri().path());
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), "answered"));
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}
