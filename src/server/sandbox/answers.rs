//! The shapes of answers that several systems share, and reading a JSON body.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// An error as RFC 6749 §5.2 shapes it.
pub(crate) fn error(status: StatusCode, code: &str, description: &str) -> Response {
    let body = json!({ "error": code, "error_description": description });
    (status, Json(body)).into_response()
}

/// An error that says what is wrong with a request.
pub(crate) fn invalid_request(status: StatusCode, description: &str) -> Response {
    error(status, "invalid_request", description)
}

/// JSON that has been serialised already.
pub(crate) fn json_text(status: StatusCode, text: impl Into<Body>) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], text.into()).into_response()
}

/// The answer for a path that leads nowhere.
pub(crate) async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "message": "Not found" }))).into_response()
}

/// The answer for a path that exists and a method that does not.
pub(crate) async fn method_not_allowed() -> Response {
    let body = Json(json!({ "message": "Method not allowed" }));
    (StatusCode::METHOD_NOT_ALLOWED, body).into_response()
}

/// The media type of a request, without its parameters, in lower case.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase())
        .unwrap_or_default()
}

/// A request body that is JSON and says so: otherwise 415 or 400.
pub(crate) struct JsonBody(pub(crate) Value);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        if media_type(request.headers()) != "application/json" {
            return Err(invalid_request(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json"));
        }
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        serde_json::from_slice(&body)
            .map(Self)
            .map_err(|_| invalid_request(StatusCode::BAD_REQUEST, "The body is not valid JSON"))
    }
}
