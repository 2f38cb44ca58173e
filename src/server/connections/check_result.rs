//! The result of one check, without its time.

use crate::domain::check::ConnectionState;
use crate::domain::check_history::Stage;
use crate::server::oauth::{CallError, Outage, TokenError};

/// What to do about a failure that is not ours.
pub(super) const WAIT_OR_CONTACT_SUPPORT: &str =
    "Wait, or contact the partner’s support. The next attempt is automatic.";
/// What to do about a token endpoint that is not there.
const CHECK_TOKEN_URL: &str = "Check that token_url is correct. If it is, contact the partner’s support.";

/// The result of one check.
#[derive(Clone, Debug)]
pub(super) struct CheckResult {
    /// The state that the check found.
    pub(super) state: ConnectionState,
    /// The step at which the check ended.
    pub(super) stage: Stage,
    /// A sentence for people. Holds no secret.
    pub(super) detail: String,
    /// What the reader can do, as a sentence.
    pub(super) advice: Option<String>,
    /// The HTTP status of the last answer, from the token endpoint or the API.
    pub(super) http_status: Option<u16>,
    /// The `x-request-id` of that answer.
    pub(super) request_id: Option<String>,
    /// Whether no request was sent: the token in memory was still good, and there was nothing else to call.
    pub(super) is_from_memory: bool,
}

impl CheckResult {
    /// The connection works.
    pub(super) fn works(detail: impl Into<String>, http_status: Option<u16>, request_id: Option<String>) -> Self {
        Self {
            state: ConnectionState::Works,
            stage: Stage::Ready,
            detail: detail.into(),
            advice: None,
            http_status,
            request_id,
            is_from_memory: false,
        }
    }

    /// The connection failed at `stage`.
    pub(super) fn failing(stage: Stage, detail: impl Into<String>, advice: &str) -> Self {
        Self {
            state: ConnectionState::Failing,
            stage,
            detail: detail.into(),
            advice: Some(advice.to_owned()),
            http_status: None,
            request_id: None,
            is_from_memory: false,
        }
    }

    /// The client secret is missing, so nothing can be called.
    pub(super) fn not_configured(reason: &str) -> Self {
        let advice =
            "Fix the configuration and restart the dashboard. A reload is enough, unless systemd hands the secret on.";
        let state = ConnectionState::NotConfigured;
        Self { state, ..Self::failing(Stage::Credentials, format!("The client secret is missing: {reason}."), advice) }
    }

    /// The same result with the status and the request id of the answer behind it.
    pub(super) fn answered(self, http_status: u16, request_id: Option<String>) -> Self {
        Self { http_status: Some(http_status), request_id, ..self }
    }

    /// The same result with another state, detail and advice.
    pub(super) fn becomes(self, state: ConnectionState, detail: String, advice: &str) -> Self {
        Self { state, detail, advice: Some(advice.to_owned()), ..self }
    }

    /// The token endpoint issued no token.
    pub(super) fn without_token(error: &TokenError) -> Self {
        let found = match error {
            TokenError::Refused { code, .. } if code.as_deref() == Some("invalid_scope") => {
                Self::failing(Stage::Credentials, sentence(error), "Fix scope in the configuration.")
            }
            TokenError::Refused { .. } => Self::failing(
                Stage::Credentials,
                sentence(error),
                "Fix the client ID and secret in the configuration, or ask the partner for new ones.",
            ),
            TokenError::RateLimited { .. } => Self::failing(
                Stage::Token,
                sentence(error),
                "Wait. The next attempt is automatic, as soon as the partner allows it.",
            ),
            // Not an answer of OAuth: of another address, a proxy or a firewall. Waiting does not help.
            TokenError::Unavailable { kind: Outage::Status(400..=407 | 409..=424 | 426..=499), .. } => {
                Self::failing(Stage::Token, sentence(error), CHECK_TOKEN_URL)
            }
            TokenError::Unavailable { .. } => Self::failing(Stage::Token, sentence(error), WAIT_OR_CONTACT_SUPPORT),
            TokenError::Unreadable { .. } => {
                Self::failing(Stage::Token, sentence(error), "Check that token_url is correct.")
            }
        };
        Self { http_status: status_of(error), request_id: error.request_id().map(str::to_owned), ..found }
    }

    /// The API did not answer `call`, such as `GET /v1/health`.
    pub(super) fn without_answer(call: &str, error: &CallError) -> Self {
        let advice = WAIT_OR_CONTACT_SUPPORT;
        match error {
            CallError::Token(error) => Self::without_token(error),
            CallError::Transport { not_sent: true, .. } => {
                Self::failing(Stage::Probe, format!("Could not connect for {call}."), advice)
            }
            CallError::Transport { timeout: true, .. } => {
                Self::failing(Stage::Probe, format!("{call} timed out."), advice)
            }
            CallError::Transport { .. } => {
                Self::failing(Stage::Probe, format!("The connection was lost during {call}."), advice)
            }
        }
    }
}

/// The error as a sentence, with the issuer's `error_description`.
fn sentence(error: &TokenError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let sentence = format!("{first}{}", letters.as_str());
    match error {
        TokenError::Refused { description: Some(description), .. } => format!("{sentence}: {description}"),
        _ => format!("{sentence}."),
    }
}

fn status_of(error: &TokenError) -> Option<u16> {
    match error {
        TokenError::Refused { status, .. } | TokenError::Unavailable { kind: Outage::Status(status), .. } => {
            Some(*status)
        }
        TokenError::RateLimited { .. } => Some(429),
        TokenError::Unavailable { .. } | TokenError::Unreadable { .. } => None,
    }
}
