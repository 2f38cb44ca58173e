//! The token endpoint of every system: client credentials, in the dialect of its row.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{
    answers,
    issuer::{Encoding, Issuer},
};

/// Why no token was issued (RFC 6749 §5.2).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Refusal {
    InvalidRequest(&'static str),
    InvalidClient { basic: bool },
    UnsupportedGrantType(&'static str),
    InvalidGrant,
    InvalidScope,
    MediaType(&'static str),
}

/// `POST` on a token endpoint.
pub(crate) async fn grant(State(issuer): State<Arc<Issuer>>, headers: HeaderMap, body: Bytes) -> Response {
    match authorise(&issuer, &headers, &body) {
        Ok(()) => ([(CACHE_CONTROL, "no-store")], Json(issuer.issue())).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

fn authorise(issuer: &Issuer, headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let dialect = &issuer.row.dialect;
    let parameters = match dialect.encoding {
        Encoding::Form => from_form(headers, body)?,
        Encoding::Json => from_json(headers, body)?,
    };
    let basic = dialect.basic.then(|| headers.get(AUTHORIZATION)).flatten().map(from_basic).transpose()?;
    let grant_type = parameters.get("grant_type").ok_or(Refusal::InvalidRequest("grant_type is missing"))?;
    authenticate(issuer, &parameters, basic)?;
    if grant_type != "client_credentials" {
        return Err(Refusal::UnsupportedGrantType("grant_type must be client_credentials"));
    }
    match (dialect.scope, parameters.get("scope")) {
        (Some(_), None) => Err(Refusal::InvalidRequest("scope is missing")),
        (Some(granted), Some(scope)) if scope != granted => Err(Refusal::InvalidScope),
        _ => Ok(()),
    }
}

fn authenticate(
    issuer: &Issuer,
    parameters: &BTreeMap<String, String>,
    basic: Option<(String, String)>,
) -> Result<(), Refusal> {
    let posted = parameters.get("client_id").zip(parameters.get("client_secret"));
    let accepted = match (&basic, posted) {
        (Some(_), Some(_)) => {
            let twice = "The request authenticates the client in two ways";
            return Err(Refusal::InvalidRequest(twice));
        }
        (Some((id, secret)), None) | (None, Some((id, secret))) => issuer.credentials.are(id, secret),
        (None, None) => false,
    };
    if accepted { Ok(()) } else { Err(Refusal::InvalidClient { basic: basic.is_some() }) }
}

pub(crate) fn from_form(headers: &HeaderMap, body: &[u8]) -> Result<BTreeMap<String, String>, Refusal> {
    if answers::media_type(headers) != "application/x-www-form-urlencoded" {
        return Err(Refusal::InvalidRequest("Content-Type must be application/x-www-form-urlencoded"));
    }
    let mut parameters = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(body) {
        let earlier = parameters.insert(name.into_owned(), value.into_owned());
        if earlier.is_some() {
            return Err(Refusal::InvalidRequest("A parameter is repeated"));
        }
    }
    Ok(parameters)
}

/// Seed 002: the parameters are the string members of a JSON object.
fn from_json(headers: &HeaderMap, body: &[u8]) -> Result<BTreeMap<String, String>, Refusal> {
    if answers::media_type(headers) != "application/json" {
        return Err(Refusal::MediaType("Content-Type must be application/json"));
    }
    let object: Map<String, Value> =
        serde_json::from_slice(body).map_err(|_| Refusal::InvalidRequest("The body is not a JSON object"))?;
    object
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(value) => Ok((name, value)),
            _ => Err(Refusal::InvalidRequest("A parameter is not a string")),
        })
        .collect()
}

/// RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
pub(crate) fn from_basic(header: &HeaderValue) -> Result<(String, String), Refusal> {
    fn read(header: &HeaderValue) -> Option<(String, String)> {
        let (scheme, encoded) = header.to_str().ok()?.split_once(' ')?;
        let decoded = STANDARD.decode(encoded.trim()).ok()?;
        let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
        scheme.eq_ignore_ascii_case("basic").then(|| (form_decoded(id), form_decoded(secret)))
    }
    read(header).ok_or(Refusal::InvalidClient { basic: true })
}

fn form_decoded(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes()).map(|(name, _)| name.into_owned()).next().unwrap_or_default()
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::InvalidRequest(description) => answers::invalid_request(StatusCode::BAD_REQUEST, description),
            Self::MediaType(description) => answers::invalid_request(StatusCode::UNSUPPORTED_MEDIA_TYPE, description),
            Self::UnsupportedGrantType(description) => {
                answers::error(StatusCode::BAD_REQUEST, "unsupported_grant_type", description)
            }
            Self::InvalidGrant => {
                let description = "The code is unknown, used or expired, or it was not given to this client for this";
                answers::error(StatusCode::BAD_REQUEST, "invalid_grant", description)
            }
            Self::InvalidScope => {
                answers::error(StatusCode::BAD_REQUEST, "invalid_scope", "The scope is not one of this client's")
            }
            Self::InvalidClient { basic } => invalid_client(basic),
        }
    }
}

/// 401; a client that used HTTP Basic is challenged for it.
fn invalid_client(basic: bool) -> Response {
    let mut response = answers::error(StatusCode::UNAUTHORIZED, "invalid_client", "Client authentication failed");
    if basic {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"sandbox\""));
    }
    response
}
