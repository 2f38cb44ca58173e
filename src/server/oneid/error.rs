//! Failures of the Partner API: the one place that interprets statuses and error bodies.

use std::time::Duration;

use serde_json::Value;

use crate::domain::failure::{Effect, FailureKind, PartnerFailure, RefusedField};
use crate::server::oauth::{CallError, Outage, TokenError};
use crate::server::response_body::without_byte_order_mark;

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

/// The failure that a status and a body mean. `None` for a success. `clean` takes the secrets out of a text and then cuts
/// it: a part of a secret would not be known for one. It gives nothing when nothing is left.
pub(super) fn from_answer(
    status: u16,
    request_id: Option<String>,
    body: &[u8],
    clean: impl Fn(&str) -> Option<String>,
) -> Option<PartnerFailure> {
    let kind = FailureKind::of_status(status)?;
    let body = serde_json::from_slice(without_byte_order_mark(body)).unwrap_or(Value::Null);
    let message = message(&body).and_then(|text| clean(&text));
    let fields = refused_fields(&body, &clean);
    Some(PartnerFailure { message, fields, ..failure(kind, Some(status), request_id) })
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
        Value::String(text) => printable(text),
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
fn refused_fields(body: &Value, clean: &impl Fn(&str) -> Option<String>) -> Vec<RefusedField> {
    let entries = match body.get("errors") {
        Some(Value::Array(entries)) => entries.iter().take(50).collect(),
        _ => vec![body],
    };
    entries
        .into_iter()
        .filter_map(|entry| {
            let field = entry.get("field").or_else(|| entry.get("path")).and_then(Value::as_str)?;
            // Cleaned as a whole: a secret may have such characters in it.
            let field = clean(&printable(field)?)?;
            let field = field.split(['[', ']', '.', '/']).find(|part| !part.is_empty())?.to_owned();
            Some(RefusedField { field, message: message(entry).and_then(|text| clean(&text))? })
        })
        .collect()
}

/// The text without control characters, with which a secret could be torn apart. `None` when nothing is left.
fn printable(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
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

    /// The failure of an answer that holds no secret.
    fn failure_of(status: u16, body: &[u8]) -> Option<PartnerFailure> {
        from_answer(status, None, body, |text| Some(text.to_owned()))
    }

    fn words(body: &Value) -> Option<String> {
        failure_of(400, body.to_string().as_bytes()).unwrap().message
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
            assert_eq!(words(&shape).as_deref(), Some("Bad name"), "{shape}");
        }
    }

    #[test]
    fn html_is_never_shown() {
        let failure = failure_of(502, b"<html><script>alert(1)</script>").unwrap();
        assert_eq!((failure.kind, failure.message), (FailureKind::Unavailable, None));
        assert_eq!(failure_of(400, b"").unwrap().message, None);
    }

    #[test]
    fn words_lose_control_characters_and_are_cleaned_as_a_whole() {
        let long = format!("a\u{7}\n{}", "b".repeat(5_000));
        let body = json!({"message": long, "field": format!("f.{long}")});
        let lengths = |text: &str| Some(text.len().to_string());
        let failure = from_answer(400, None, body.to_string().as_bytes(), lengths).unwrap();
        assert_eq!(failure.message.as_deref(), Some("5001"), "nobody has cut it before");
        assert_eq!(failure.fields, [RefusedField { field: "5003".to_owned(), message: "5001".to_owned() }]);
    }

    #[test]
    fn only_an_answer_that_means_not_now_says_how_long_to_wait() {
        let wait = |status, wait| asking_to_wait(failure_of(status, b"").unwrap(), Some(wait)).retry_after;
        for (asked, seconds) in
            [(Duration::ZERO, 0), (Duration::from_millis(1_001), 2), (Duration::MAX, LONGEST_RETRY_AFTER)]
        {
            assert_eq!(wait(429, asked), Some(seconds));
            assert_eq!(wait(503, asked), Some(seconds));
            assert_eq!(wait(404, asked), None);
        }
        assert_eq!(asking_to_wait(failure_of(429, b"").unwrap(), None).retry_after, None);
    }

    #[test]
    fn fields_that_the_partner_names_are_kept_with_its_words() {
        let body = json!({"errors": [{"path": "/return_urls/0", "message": "must be https"}, {"message": "x"}]});
        let failure = failure_of(422, body.to_string().as_bytes()).unwrap();
        assert_eq!(
            failure.fields,
            [RefusedField { field: "return_urls".to_owned(), message: "must be https".to_owned() }]
        );
    }

    #[test]
    fn only_an_answer_that_says_no_proves_that_nothing_happened() {
        let effect = |status| failure_of(status, b"").unwrap().effect;
        for status in [400, 401, 403, 404, 409, 422, 429] {
            assert_eq!(effect(status), Effect::None, "{status}");
        }
        for status in [302, 408, 500, 502, 503, 504] {
            assert_eq!(effect(status), Effect::Unknown, "{status}");
        }
        assert_eq!(failure_of(204, b""), None);
    }
}
