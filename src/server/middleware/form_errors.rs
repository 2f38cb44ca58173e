//! Errors before a server function runs, such as a missing value in a form. Leptos would redirect a browser to the page
//! that it came from, with the error in the URL, and answer any other caller with 500.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::document::{refusal, request_id_of};
use super::form::FORMS;
use crate::error::{AppError, AppErrorCode};
use crate::paths;
use crate::server::accept::wants_html;

/// The largest error of a server function, in bytes.
const LARGEST_ERROR: usize = 64 * 1024;
/// The `Referer` that every form gets here. Leptos reports an error in the URL that it redirects to, which is the
/// `Referer`, and reports nothing without a valid one.
const CAME_FROM: HeaderValue = HeaderValue::from_static("http://form.invalid/");

/// Answers such errors with a page, or with a suitable status.
pub async fn form_errors(mut request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with(FORMS) {
        return next.run(request).await;
    }
    let wants_html = wants_html(request.headers());
    let request_id = Some(request_id_of(&request));
    request.headers_mut().insert(header::REFERER, CAME_FROM);
    let mut response = next.run(request).await;
    let location = response.headers().get(header::LOCATION);
    if location == Some(&CAME_FROM) {
        response.headers_mut().insert(header::LOCATION, HeaderValue::from_static(paths::OVERVIEW));
    } else if wants_html && location.is_some_and(|location| location.as_bytes().starts_with(CAME_FROM.as_bytes())) {
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
