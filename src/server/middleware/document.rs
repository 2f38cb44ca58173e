//! Small whole pages for what goes wrong before a page could be made.

use std::any::Any;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use tower_http::csrf::ProtectionError;

use super::assets;
use crate::error::{AppError, AppErrorCode};
use crate::server::context::RequestId;

/// A page that says what happened and what to do, without anybody being signed in.
pub(super) fn document(status: StatusCode, title: &str, sentence: &str, advice: &str, request_id: &str) -> Response {
    let (title, sentence, advice) = (title.to_owned(), sentence.to_owned(), advice.to_owned());
    let request_id = (!request_id.is_empty()).then(|| {
        view! { <p class="muted">"Request id " <code>{request_id.to_owned()}</code></p> }
    });
    let style = format!("{}/pkg/partner-dashboard.css", assets::root());
    let body = view! {
        <main class="main" id="main">
            <div class="page-head">
                <div class="page-head-text">
                    <h1>{title.clone()}</h1>
                </div>
            </div>
            <section class="card error-panel">
                <div class="card-body">
                    <p class="lead">{sentence}</p>
                    <p class="prose">{advice}</p>
                    {request_id}
                </div>
            </section>
        </main>
    };
    let html = format!(
        "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>{} · Partner Dashboard</title><link rel=\"icon\" href=\"/favicon.svg\">\
         <link rel=\"stylesheet\" href=\"{style}\"></head><body>{}</body></html>",
        view! { {title} }.to_html(),
        body.to_html()
    );
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

/// The page, or the JSON, of an error.
pub(super) fn refusal(error: &AppError, wants_html: bool) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if wants_html {
        let request_id = error.request_id.as_deref().unwrap_or_default();
        document(status, error.title(), error.sentence(), error.advice(), request_id)
    } else {
        (status, axum::Json(error)).into_response()
    }
}

/// The answer to a change that another site tried to make in the visitor's name.
pub fn refuse_cross_site(_: ProtectionError) -> Response {
    document(
        StatusCode::FORBIDDEN,
        "This did not come from this dashboard",
        "Another site sent this request, or a proxy changed the address. Nothing has been sent.",
        "Open the form here and try again. If it goes on, the operator should compare public_url with the address \
         in your browser.",
        "",
    )
}

/// Puts words to an answer that would be a blank page: a layer gave up and said only the status.
pub async fn no_blank_page(request: Request, next: Next) -> Response {
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let response = next.run(request).await;
    if response.status() != StatusCode::GATEWAY_TIMEOUT || response.headers().contains_key(header::CONTENT_TYPE) {
        return response;
    }
    document(
        StatusCode::GATEWAY_TIMEOUT,
        "This took too long",
        "The answer was not ready in time. If you sent a change, the audit log says what came of it.",
        "Look there first, then try again.",
        &request_id,
    )
}

/// The answer when something broke on our side.
pub fn refuse_panic(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    tracing::error!("a request panicked");
    refusal(&AppError::new(AppErrorCode::Internal), true)
}
