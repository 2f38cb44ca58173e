//! Rate limiting: each visitor may make a number of requests in a minute, so that one script does not slow others down.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::document::{refusal, request_id_of};
use super::peer::peer;
use crate::domain::principal::Principal;
use crate::error::{AppError, AppErrorCode};
use crate::server::accept::wants_html;
use crate::server::auth::VisitorSession;
use crate::server::request_limits::RequestLimit;

/// Counts a request. Returns the answer 429 if the visitor has exceeded the limit.
pub fn count(limit: &RequestLimit, request: &Request) -> Option<Response> {
    let seconds = limit.take(visitor(request)).err()?;
    let error = AppError { code: AppErrorCode::TooManyRequests, request_id: Some(request_id_of(request)) };
    let mut response = refusal(&error, wants_html(request.headers()));
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    Some(response)
}

/// A visitor is a session, or a person without one. Before the sign-in it is the peer address, which behind a proxy is
/// shared by everybody: headers such as `X-Forwarded-For` can be forged, so they are not read.
fn visitor(request: &Request) -> String {
    let extensions = request.extensions();
    let session = extensions.get::<VisitorSession>().and_then(VisitorSession::id);
    let person = extensions.get::<Principal>().map(|principal| format!("person {}", principal.subject));
    let visitor = session.map(|id| format!("session {id}")).or(person);
    visitor.unwrap_or_else(|| match peer(request) {
        Some(peer) => format!("peer {peer}"),
        None => "nobody".to_owned(),
    })
}

/// Answers with 429 when a visitor has exceeded the limit.
pub async fn rate_limit(State(limit): State<RequestLimit>, request: Request, next: Next) -> Response {
    match count(&limit, &request) {
        None => next.run(request).await,
        Some(refusal) => refusal,
    }
}
