//! What no other site may ask for, and what no request may be answered with: an empty page.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::document::{no_blank_page, request_id_of};
use super::same_origin::OwnOrigins;
use crate::server::accept::wants_html;

/// Refuses requests from other sites, and gives answers without a body a page.
pub async fn guard(State(own): State<Arc<OwnOrigins>>, request: Request, next: Next) -> Response {
    if let Some(refusal) = own.refusal_of_site(&request) {
        return refusal;
    }
    let request_id = request_id_of(&request);
    let (method, wants_html) = (request.method().clone(), wants_html(request.headers()));
    no_blank_page(next.run(request).await, &method, request_id, wants_html)
}
