//! Small documents outside the application: for people who are not signed in, or when a page could not be rendered.

use std::any::Any;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

use super::assets;
use crate::components::{Brand, Document, Html};
use crate::error::{AppError, AppErrorCode};
use crate::paths;
use crate::server::context::RequestId;

/// The text of such a page.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The heading.
    pub title: &'a str,
    /// What happened, and what was not done.
    pub sentence: &'a str,
    /// What to do next.
    pub advice: &'a str,
}

/// The id of a request, from the `request_id` layer. Empty when there is none.
pub fn request_id_of(request: &Request) -> String {
    request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

/// A page that says what happened and what to do next. It needs no sign-in. `actions` are at its end.
pub fn document(status: StatusCode, message: &Message<'_>, request_id: &str, actions: Option<AnyView>) -> Response {
    page(status, message, request_id, actions, None)
}

/// Such a page, from which the browser goes on to another site at once. The page itself says so, and no header: proxies limit
/// the size of headers, and the address of a sign-out may be longer than they allow.
pub fn departure(message: &Message<'_>, request_id: &str, address: &str) -> Response {
    let link = view! {
        <a class="button button-primary" href=address.to_owned()>
            "Continue"
        </a>
    };
    page(StatusCode::OK, message, request_id, Some(link.into_any()), Some(address.to_owned()))
}

fn page(
    status: StatusCode,
    message: &Message<'_>,
    request_id: &str,
    actions: Option<AnyView>,
    leads_to: Option<String>,
) -> Response {
    let [title, sentence, advice] = [message.title, message.sentence, message.advice].map(str::to_owned);
    let request_id = (!request_id.is_empty()).then(|| {
        view! { <p class="muted">"Request ID " <code>{request_id.to_owned()}</code></p> }
    });
    let actions = actions.map(|actions| view! { <div class="button-row">{actions}</div> });
    let assets = assets::root().to_owned();
    let Html(html) = Html::of(view! {
        <Document title=title.clone() assets leads_to>
        <div class="standalone"><header><Brand/></header><main class="main" id="main">
            <div class="page-head">
                <div class="page-head-text">
                    <h1>{title}</h1>
                </div>
            </div>
            <section class="card error-panel" aria-label="What happened">
                <div class="card-body">
                    <p class="lead">{sentence}</p>
                    <p class="prose">{advice}</p>
                    {request_id}
                    {actions}
                </div>
            </section>
        </main></div>
        </Document>
    });
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

/// The page, or the JSON, of an error.
pub(super) fn refusal(error: &AppError, wants_html: bool) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if wants_html {
        let message = Message { title: error.title(), sentence: error.sentence(), advice: &error.advice() };
        document(status, &message, error.request_id.as_deref().unwrap_or_default(), None)
    } else {
        (status, axum::Json(error)).into_response()
    }
}

/// Gives a response without a body a page of its own: a layer timed out or refused the body, or the address does not
/// support the method, and only the status was sent.
pub(super) fn no_blank_page(response: Response, method: &Method, request_id: String, wants_html: bool) -> Response {
    let has_body = response.headers().contains_key(header::CONTENT_TYPE);
    match response.status() {
        StatusCode::GATEWAY_TIMEOUT if !has_body => {
            let message = Message {
                title: "The request timed out",
                sentence: "The page was not ready in time. If you sent a change, the audit log shows its outcome.",
                advice: "Check the audit log before you try again.",
            };
            document(response.status(), &message, &request_id, None)
        }
        StatusCode::METHOD_NOT_ALLOWED if !has_body && wants_html => wrong_method(method, &request_id),
        StatusCode::PAYLOAD_TOO_LARGE => {
            refusal(&AppError { code: AppErrorCode::FormTooLarge, request_id: Some(request_id) }, wants_html)
        }
        _ => response,
    }
}

/// An address that takes only forms is opened by whoever goes to it again after a form was answered there. What an address
/// does take, the router adds in `Allow`, outside every layer.
fn wrong_method(method: &Method, request_id: &str) -> Response {
    let (title, sentence) = if *method == Method::POST {
        ("This form could not be sent", "This address does not take forms. Nothing has been sent.")
    } else {
        ("There is no page at this address", "This address only takes forms. Nothing has been sent.")
    };
    let advice = "If you sent a form before you came here, the audit log shows its outcome.";
    let link = view! {
        <a class="button button-primary" href=paths::OVERVIEW>
            "Go to the overview"
        </a>
    };
    let message = Message { title, sentence, advice };
    document(StatusCode::METHOD_NOT_ALLOWED, &message, request_id, Some(link.into_any()))
}

/// The answer to a request whose handler panicked.
pub fn refuse_panic(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    tracing::error!("a request panicked");
    refusal(&AppError::new(AppErrorCode::Internal), true)
}
