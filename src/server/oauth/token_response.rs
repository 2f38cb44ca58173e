//! Parses the response of a token endpoint: tolerant of harmless deviations, and silent about its content.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::claims::stated_lifetime;
use super::credentials::Credentials;
use super::error::{AnswerFault, Outage};
use super::failure::Failure;
use super::redaction::Redactor;
use super::schedule::{DEFAULT_LIFETIME, lifetime_from_secs};
use crate::server::response_body::without_byte_order_mark;

/// A response as it arrived. It is not `Debug` because the body may hold a token.
pub(super) struct RawResponse {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    pub(super) request_id: Option<String>,
    pub(super) body: Vec<u8>,
}

/// A successful response (RFC 6749 §5.1).
pub(super) struct TokenResponse {
    pub(super) bearer: SecretString,
    pub(super) lifetime: Duration,
    pub(super) scopes: Vec<String>,
}

/// Whether the status alone decides the result, so that the body need not be read.
pub(super) fn is_decided_by(status: u16) -> bool {
    !matches!(status, 200..=299 | 400..=499) || matches!(status, 408 | 425 | 429)
}

/// The token in a response, or why there is none.
pub(super) fn parse(response: RawResponse, credentials: &Credentials) -> Result<TokenResponse, Failure> {
    match response.status {
        200..=299 => parse_success(response, credentials),
        429 => Err(Failure::RateLimited { retry_after: response.retry_after, request_id: response.request_id }),
        300..=399 => Err(unreadable(&response, AnswerFault::Redirect)),
        400..=499 if !is_decided_by(response.status) => {
            let body = object(&response.body).unwrap_or_default();
            Err(parse_error(&response, &body, credentials).unwrap_or_else(|| unavailable(&response)))
        }
        _ => Err(unavailable(&response)),
    }
}

fn parse_success(response: RawResponse, credentials: &Credentials) -> Result<TokenResponse, Failure> {
    let mut body = object(&response.body).map_err(|fault| unreadable(&response, fault))?;
    if let Some(failure) = parse_error(&response, &body, credentials) {
        return Err(failure);
    }
    let bearer = bearer(&mut body).map_err(|fault| unreadable(&response, fault))?;
    Ok(TokenResponse { lifetime: lifetime(&body, &bearer), scopes: scopes(&body, credentials), bearer: bearer.into() })
}

/// The error in a body (RFC 6749 §5.2). Some issuers send it with a success status. `None` when there is no error code:
/// such a 4xx comes from a proxy, a firewall or a wrong path and says nothing about the credentials. A 401 without a
/// code does.
fn parse_error(response: &RawResponse, body: &Map<String, Value>, credentials: &Credentials) -> Option<Failure> {
    let code = match body.get("error") {
        Some(Value::String(code)) if is_code(code) => Some(code.clone()),
        Some(Value::String(text)) if text.trim().is_empty() => None,
        Some(Value::Null | Value::Bool(false)) | None => None,
        Some(_) if response.status < 300 => {
            return Some(unreadable(response, AnswerFault::ErrorInSuccess));
        }
        Some(_) => None,
    };
    match code.as_deref() {
        Some("temporarily_unavailable" | "server_error" | "slow_down") => {
            return Some(unavailable(response));
        }
        None if response.status != 401 => return None,
        _ => {}
    }
    let redactor = Redactor::new(credentials);
    let description = body.get("error_description").and_then(Value::as_str);
    Some(Failure::Refused {
        status: response.status,
        code: code.and_then(|code| redactor.clean(&code)),
        description: description.and_then(|text| redactor.clean(text)),
        request_id: response.request_id.clone(),
    })
}

/// Whether a text is an error code such as `invalid_client`, and not a phrase such as "Not Found", which web frameworks
/// put into a member of the same name.
fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.'))
}

fn object(body: &[u8]) -> Result<Map<String, Value>, AnswerFault> {
    let body = without_byte_order_mark(body);
    match body.trim_ascii_start().first() {
        None => Err(AnswerFault::Empty),
        Some(b'<') => Err(AnswerFault::Html),
        Some(_) => serde_json::from_slice(body).map_err(|_| AnswerFault::NotJson),
    }
}

fn bearer(body: &mut Map<String, Value>) -> Result<String, AnswerFault> {
    // An issuer that leaves the type out means the only one in use. RFC 6749 §7.1 compares it without regard to case.
    match body.get("token_type") {
        None | Some(Value::Null) => {}
        Some(Value::String(kind)) if kind.trim().is_empty() => {}
        Some(Value::String(kind)) if kind.trim().eq_ignore_ascii_case("bearer") => {}
        Some(_) => return Err(AnswerFault::TokenType),
    }
    match body.remove("access_token") {
        Some(Value::String(token)) if token.bytes().all(|byte| byte.is_ascii_graphic()) => {
            (!token.is_empty()).then_some(token).ok_or(AnswerFault::NoAccessToken)
        }
        Some(Value::String(_)) => Err(AnswerFault::UnusableToken),
        _ => Err(AnswerFault::NoAccessToken),
    }
}

/// `expires_in` as a number or a string, else the JWT's `exp − iat`, else five minutes. A stated zero is ignored: no
/// issuer issues an expired token on purpose.
fn lifetime(body: &Map<String, Value>, bearer: &str) -> Duration {
    let stated = match body.get("expires_in") {
        Some(Value::Number(seconds)) => seconds.as_f64(),
        Some(Value::String(seconds)) => seconds.trim().parse().ok(),
        _ => None,
    };
    stated
        .and_then(lifetime_from_secs)
        .or_else(|| stated_lifetime(bearer).and_then(lifetime_from_secs))
        .unwrap_or(DEFAULT_LIFETIME)
}

/// The granted scopes. They are those that were requested if the response names none (RFC 6749 §5.1).
fn scopes(body: &Map<String, Value>, credentials: &Credentials) -> Vec<String> {
    let split = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    match body.get("scope") {
        Some(Value::String(text)) => split(text),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => credentials.scope.as_deref().map(split).unwrap_or_default(),
    }
}

fn unreadable(response: &RawResponse, what: AnswerFault) -> Failure {
    Failure::Unreadable { what, request_id: response.request_id.clone() }
}

fn unavailable(response: &RawResponse) -> Failure {
    Failure::Unavailable {
        kind: Outage::Status(response.status),
        retry_after: response.retry_after,
        request_id: response.request_id.clone(),
    }
}
