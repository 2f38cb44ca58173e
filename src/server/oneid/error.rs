//! Failures of the Partner API: the one place that interprets statuses and error bodies.

use std::time::Duration;

use serde_json::Value;

use crate::domain::failure::{Effect, FailureKind, PartnerFailure, RefusedField};
use crate::server::oauth::{CallError, Outage, TokenError};
use crate::server::response_body::without_byte_order_mark;

/// How much of a partner's message is kept, in characters.
const LONGEST_MESSAGE: usize = 300;
/// The longest wait that is taken over from a `Retry-After`, in seconds: a day.
const LONGEST_RETRY_AFTER: u32 = 86_400;

/// A failure after the request was sent: the answer is an error, or there is none.
pub(super) fn failure(kind: FailureKind, status: Option<u16>, request_id: Option<String>) -> PartnerFailure {
    let effect = match kind {
        FailureKind::Refused
        | FailureKind::NotFound
        | FailureKind::NotAllowed
        | FailureKind::NoToken
        | FailureKind::RateLimited
        | FailureKind::Unreachable => Effect::None,
        FailureKind::Unavailable
        | FailureKind::TimedOut
        | FailureKind::Interrupted
        | FailureKind::Unreadable
        | FailureKind::TooLarge => Effect::Unknown,
    };
    PartnerFailure { kind, status, message: None, fields: Vec::new(), request_id, effect, retry_after: None }
}

/// A failure without an answer.
pub(super) fn from_call(error: &CallError) -> PartnerFailure {
    match error {
        CallError::Token(error) => from_token(error),
        CallError::Transport { .. } => failure(error.kind(), None, None),
    }
}

/// Without a token the request was not sent, whatever the failure of the token endpoint was.
fn from_token(error: &TokenError) -> PartnerFailure {
    let (kind, status, message, request_id) = token_failure(error);
    PartnerFailure { message, effect: Effect::None, ..failure(kind, status, request_id) }
}

/// The failure that a status and a body mean. `None` for a success.
pub(super) fn from_answer(status: u16, request_id: Option<String>, body: &[u8]) -> Option<PartnerFailure> {
    let kind = FailureKind::of_status(status)?;
    let body = serde_json::from_slice(without_byte_order_mark(body)).unwrap_or(Value::Null);
    let fields = refused_fields(&body);
    Some(PartnerFailure { message: message(&body), fields, ..failure(kind, Some(status), request_id) })
}

/// The failure with the wait that its answer asks for. Only an answer that means "not now" says when to come back.
pub(super) fn asking_to_wait(failure: PartnerFailure, wait: Option<Duration>) -> PartnerFailure {
    let is_not_now = matches!(failure.kind, FailureKind::RateLimited | FailureKind::Unavailable);
    let seconds = wait.filter(|_| is_not_now).map(|wait| {
        // A part of a second is rounded up, so that nobody comes back too early.
        let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0));
        u32::try_from(seconds).map_or(LONGEST_RETRY_AFTER, |seconds| seconds.min(LONGEST_RETRY_AFTER))
    });
    PartnerFailure { retry_after: seconds, ..failure }
}

/// The message in an error body of any of the documented forms. HTML and plain text are never shown: they come from a
/// proxy, not from the API.
fn message(body: &Value) -> Option<String> {
    const KEYS: [&str; 6] = ["error_description", "message", "detail", "title", "error", "description"];
    match body {
        Value::String(text) => clean(text),
        Value::Array(errors) => {
            let messages: Vec<_> = errors.iter().take(5).filter_map(message).collect();
            (!messages.is_empty()).then(|| messages.join(" "))
        }
        Value::Object(members) => KEYS
            .iter()
            .find_map(|key| members.get(*key).and_then(message))
            .or_else(|| members.get("errors").and_then(message)),
        _ => None,
    }
}

/// The fields that an error body names: `{"field": …}` itself, or in a list under `errors`.
fn refused_fields(body: &Value) -> Vec<RefusedField> {
    let entries = match body.get("errors") {
        Some(Value::Array(entries)) => entries.iter().take(50).collect(),
        _ => vec![body],
    };
    entries
        .into_iter()
        .filter_map(|entry| {
            let field = entry.get("field").or_else(|| entry.get("path")).and_then(Value::as_str)?;
            let field = field.split(['[', '.', '/']).find(|part| !part.is_empty())?;
            Some(RefusedField { field: clean(field)?, message: message(entry)? })
        })
        .collect()
}

fn clean(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|letter| !letter.is_control()).take(LONGEST_MESSAGE).collect();
    let text = text.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// What a token error means for a page: kind, status, the issuer's message and request id.
fn token_failure(error: &TokenError) -> (FailureKind, Option<u16>, Option<String>, Option<String>) {
    let (status, message) = match error {
        TokenError::Refused { status, description, code, .. } => {
            (Some(*status), description.clone().or_else(|| code.clone()))
        }
        TokenError::RateLimited { .. } => (Some(429), None),
        TokenError::Unavailable { kind: Outage::Status(status), .. } => (Some(*status), None),
        TokenError::Unavailable { .. } | TokenError::Unreadable { .. } => (None, None),
    };
    (error.kind(), status, message, error.request_id().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn words(body: Value) -> Option<String> {
        from_answer(400, None, body.to_string().as_bytes()).unwrap().message
    }

    #[test]
    fn the_partners_words_are_found_in_every_known_shape() {
        let shapes = [
            json!({"error": "invalid_request", "error_description": "Bad name"}),
            json!({"message": "Bad name"}),
            json!({"state": "FAILED", "id": "x", "message": "Bad name"}),
            json!({"errors": ["Bad name"]}),
            json!({"errors": [{"field": "name", "message": "Bad name"}]}),
            json!({"error": {"message": "Bad name"}}),
            json!("Bad name"),
        ];
        for shape in shapes {
            assert_eq!(words(shape.clone()).as_deref(), Some("Bad name"), "{shape}");
        }
    }

    #[test]
    fn html_is_never_shown() {
        let failure = from_answer(502, None, b"<html><script>alert(1)</script>").unwrap();
        assert_eq!((failure.kind, failure.message), (FailureKind::Unavailable, None));
        assert_eq!(from_answer(400, None, b"").unwrap().message, None);
    }

    #[test]
    fn words_are_cut_and_lose_control_characters() {
        let long = format!("a\u{7}\n{}", "b".repeat(5_000));
        let kept = words(json!({"message": long})).unwrap();
        assert_eq!(kept.chars().count(), LONGEST_MESSAGE);
        assert!(kept.starts_with("ab"));
    }

    #[test]
    fn only_an_answer_that_means_not_now_says_how_long_to_wait() {
        let wait = |status, wait| asking_to_wait(from_answer(status, None, b"").unwrap(), Some(wait)).retry_after;
        for (asked, seconds) in
            [(Duration::ZERO, 0), (Duration::from_millis(1_001), 2), (Duration::MAX, LONGEST_RETRY_AFTER)]
        {
            assert_eq!(wait(429, asked), Some(seconds));
            assert_eq!(wait(503, asked), Some(seconds));
            assert_eq!(wait(404, asked), None);
        }
        assert_eq!(asking_to_wait(from_answer(429, None, b"").unwrap(), None).retry_after, None);
    }

    #[test]
    fn fields_that_the_partner_names_are_kept_with_its_words() {
        let body = json!({"errors": [{"path": "/return_urls/0", "message": "must be https"}, {"message": "x"}]});
        let failure = from_answer(422, None, body.to_string().as_bytes()).unwrap();
        assert_eq!(
            failure.fields,
            [RefusedField { field: "return_urls".to_owned(), message: "must be https".to_owned() }]
        );
    }

    #[test]
    fn only_an_answer_that_says_no_proves_that_nothing_happened() {
        let effect = |status| from_answer(status, None, b"").unwrap().effect;
        for status in [400, 401, 403, 404, 409, 422, 429] {
            assert_eq!(effect(status), Effect::None, "{status}");
        }
        for status in [302, 408, 500, 502, 503, 504] {
            assert_eq!(effect(status), Effect::Unknown, "{status}");
        }
        assert_eq!(from_answer(204, None, b""), None);
    }
}
