//! The bearer check in front of every resource (RFC 6750).

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{AUTHORIZATION, WWW_AUTHENTICATE},
    },
    middleware::Next,
    response::Response,
};

use super::{answers, issuer::Issuer};

/// The bearer token of a request; the scheme's case does not matter (seed 003 writes `bearer`).
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Lets a request through when its token was issued here and is still good.
pub(crate) async fn require(State(issuer): State<Arc<Issuer>>, request: Request, next: Next) -> Response {
    match token(request.headers()) {
        Some(token) if issuer.accepts(token) => next.run(request).await,
        Some(_) => refuse("The access token is unknown or has expired"),
        None => refuse("The request carries no access token"),
    }
}

/// 401 in the words of RFC 6750 §3.
pub(crate) fn refuse(description: &str) -> Response {
    let mut response = answers::error(StatusCode::UNAUTHORIZED, "invalid_token", description);
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""));
    response
}
