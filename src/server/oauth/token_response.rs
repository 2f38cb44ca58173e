//! Reads a token endpoint's answer: tolerant of what is harmless, and silent about what it holds.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::byte_order_mark::without_byte_order_mark;
use super::claims::stated_lifetime;
use super::dialect::Credentials;
use super::error::{AnswerFault, Outage};
use super::failure::Failure;
use super::schedule::{DEFAULT_LIFETIME, lifetime_from_secs};
use super::scrub::Scrubber;

/// An answer as it came. Deliberately not `Debug`: the body may be a token.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    pub(super) request_id: Option<String>,
    pub(super) body: Vec<u8>,
}

/// A token and what was said about it.
pub(super) struct Grant {
    pub(super) bearer: SecretString,
    pub(super) lifetime: Duration,
    pub(super) scopes: Vec<String>,
}

/// Whether the status alone decides, so that the body need not be read.
pub(super) fn is_decided_by(status: u16) -> bool {
    !matches!(status, 200..=299 | 400..=499) || matches!(status, 408 | 425 | 429)
}

/// The grant in an answer, or why there is none.
pub(super) fn read(answer: Answer, credentials: &Credentials) -> Result<Grant, Failure> {
    match answer.status {
        200..=299 => read_success(answer, credentials),
        429 => Err(Failure::RateLimited { retry_after: answer.retry_after, request_id: answer.request_id }),
        300..=399 => Err(unreadable(&answer, AnswerFault::Redirect)),
        400..=499 if !is_decided_by(answer.status) => {
            let body = object(&answer.body).unwrap_or_default();
            Err(read_error(&answer, &body, credentials).unwrap_or_else(|| unavailable(&answer)))
        }
        _ => Err(unavailable(&answer)),
    }
}

fn read_success(answer: Answer, credentials: &Credentials) -> Result<Grant, Failure> {
    let mut body = object(&answer.body).map_err(|fault| unreadable(&answer, fault))?;
    if let Some(failure) = read_error(&answer, &body, credentials) {
        return Err(failure);
    }
    let bearer = bearer(&mut body).map_err(|fault| unreadable(&answer, fault))?;
    Ok(Grant { lifetime: lifetime(&body, &bearer), scopes: scopes(&body, credentials), bearer: bearer.into() })
}

/// The error in a body (RFC 6749 §5.2), also in a success, where some issuers put it. `None` when
/// there is none: then a 4xx came from a proxy, a firewall or a wrong path and says nothing about
/// the credentials; but a bare 401 does.
fn read_error(answer: &Answer, body: &Map<String, Value>, credentials: &Credentials) -> Option<Failure> {
    let code = match body.get("error") {
        Some(Value::String(code)) if is_code(code) => Some(code.clone()),
        Some(Value::String(text)) if text.trim().is_empty() => None,
        Some(Value::Null | Value::Bool(false)) | None => None,
        Some(_) if answer.status < 300 => {
            return Some(unreadable(answer, AnswerFault::ErrorInSuccess));
        }
        Some(_) => None,
    };
    match code.as_deref() {
        Some("temporarily_unavailable" | "server_error" | "slow_down") => {
            return Some(unavailable(answer));
        }
        None if answer.status != 401 => return None,
        _ => {}
    }
    let scrubber = Scrubber::new(credentials);
    let description = body.get("error_description").and_then(Value::as_str);
    Some(Failure::Refused {
        status: answer.status,
        code: code.and_then(|code| scrubber.clean(&code)),
        description: description.and_then(|text| scrubber.clean(text)),
        request_id: answer.request_id.clone(),
    })
}

/// Whether a text is an error code such as `invalid_client`, and not the phrase that a web framework
/// puts in a field of the same name ("Not Found").
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
    // An issuer that leaves the type out means the only one there is; RFC 6749 §7.1 has it compared
    // without regard to case.
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

/// `expires_in` as a number or a string, else the JWT's `exp − iat`, else five minutes. A stated zero
/// is no lifetime: nobody issues a token that has expired.
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

/// The granted scopes; those that were asked for when the answer has none (RFC 6749 §5.1).
fn scopes(body: &Map<String, Value>, credentials: &Credentials) -> Vec<String> {
    let split = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    match body.get("scope") {
        Some(Value::String(text)) => split(text),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => credentials.scope.as_deref().map(split).unwrap_or_default(),
    }
}

fn unreadable(answer: &Answer, what: AnswerFault) -> Failure {
    Failure::Unreadable { what, request_id: answer.request_id.clone() }
}

fn unavailable(answer: &Answer) -> Failure {
    Failure::Unavailable {
        kind: Outage::Status(answer.status),
        retry_after: answer.retry_after,
        request_id: answer.request_id.clone(),
    }
}
