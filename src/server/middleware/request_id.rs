//! The id of every request: in its answer, its log lines, on error pages and in the audit log.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use uuid::Uuid;

use crate::server::context::RequestId;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Generates the id. An id that a client sends is ignored, because it could be anything.
pub(super) fn generate(request: &mut Request) -> String {
    let id = Uuid::now_v7().simple().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    id
}

/// Puts the id into the answer.
pub(super) fn add(response: &mut Response, id: &str) {
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(HEADER, value);
    }
}
