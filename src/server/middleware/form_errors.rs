//! Errors that arise before a server function runs, such as a form that cannot be read. Leptos
//! would send a browser back to where it came from with the error in the address, and answer an
//! island with 500.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::authenticate::wants_html;
use super::document::refusal;
use crate::error::{AppError, AppErrorCode};
use crate::server::context::RequestId;

/// The largest error that a server function answers with, in bytes.
const LARGEST_ERROR: usize = 64 * 1024;

/// Answers such errors with a page, or with the status that fits.
pub async fn form_errors(request: Request, next: Next) -> Response {
    let is_call = request.uri().path().starts_with("/api/");
    let wants_html = wants_html(request.headers());
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
    let response = next.run(request).await;
    if !is_call {
        return response;
    }
    let location = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok());
    if wants_html && location.is_some_and(|location| location.contains("__err=")) {
        return refusal(&AppError { code: AppErrorCode::BadRequest, request_id }, true);
    }
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        return with_fitting_status(response, request_id).await;
    }
    response
}

async fn with_fitting_status(response: Response, request_id: Option<String>) -> Response {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, LARGEST_ERROR).await.unwrap_or_default();
    match serde_json::from_slice::<AppError>(&bytes) {
        Ok(error) => refusal(&AppError { request_id: error.request_id.or(request_id), ..error }, false),
        Err(_) => Response::from_parts(parts, Body::from(bytes)),
    }
}
