//! Refuses requests without a path, which are meant for proxies. The routes rely on a path.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The methods that any route accepts.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");

/// The answer to a request whose target is not a path (`GET evil.example:443`, `CONNECT`, `OPTIONS *`; RFC 9112 §3.2).
pub(super) fn refusal(request: &Request) -> Option<Response> {
    let has_path = request.uri().path().starts_with('/');
    match *request.method() {
        Method::CONNECT => Some(no_such_method("This server is not a proxy.\n")),
        Method::OPTIONS if request.uri().path() == "*" => {
            Some(no_such_method("This server does not support OPTIONS *.\n"))
        }
        _ if has_path => None,
        _ => Some((StatusCode::BAD_REQUEST, "The request target must be a path.\n").into_response()),
    }
}

/// Answers such requests.
pub async fn target_with_path(request: Request, next: Next) -> Response {
    match refusal(&request) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    }
}

fn no_such_method(sentence: &'static str) -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, METHODS)], sentence).into_response()
}
