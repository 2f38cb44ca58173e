//! What one check found, before it is dated.

use crate::domain::check::ConnectionState;
use crate::server::oauth::{CallError, Outage, TokenError};

/// How far a check came on the way of seed 000: credentials → token → health → ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// The credentials are not there, or were refused.
    Credentials,
    /// There is no token.
    Token,
    /// The probe failed.
    Probe,
    /// All of it was as it should be.
    Ready,
}

/// What one check found.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    /// How the connection is.
    pub(super) state: ConnectionState,
    /// Where the check ended.
    pub(super) stage: Stage,
    /// What was found; never a secret.
    pub(super) detail: String,
    /// What to do about it.
    pub(super) advice: Option<String>,
    /// The status of the last answer.
    pub(super) http_status: Option<u16>,
    /// Its `x-request-id`.
    pub(super) request_id: Option<String>,
    /// Whether nothing was called.
    pub(super) is_from_memory: bool,
}

impl Finding {
    /// It works.
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

    /// It does not.
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

    /// Something is missing.
    pub(super) fn not_configured(reason: &str) -> Self {
        let advice = "Fix the configuration and restart the dashboard.";
        let state = ConnectionState::NotConfigured;
        Self { state, ..Self::failing(Stage::Credentials, format!("The client secret is missing: {reason}."), advice) }
    }

    /// The same with what the answer said of itself.
    pub(super) fn answered(self, http_status: u16, request_id: Option<String>) -> Self {
        Self { http_status: Some(http_status), request_id, ..self }
    }

    /// Another state for what was found, with words of its own before or after the others.
    pub(super) fn becomes(self, state: ConnectionState, detail: String, advice: &str) -> Self {
        Self { state, detail, advice: Some(advice.to_owned()), ..self }
    }

    /// There is no token.
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
            TokenError::Unavailable { .. } => Self::failing(
                Stage::Token,
                sentence(error),
                "Wait, or contact the partner’s support. The next attempt is automatic.",
            ),
            TokenError::Unreadable { .. } => {
                Self::failing(Stage::Token, sentence(error), "Check that token_url is correct.")
            }
        };
        Self { http_status: status_of(error), request_id: error.request_id().map(str::to_owned), ..found }
    }

    /// The probe, or another call of the API, had no answer.
    pub(super) fn without_answer(call: &str, error: &CallError) -> Self {
        let advice = "Wait, or contact the partner’s support. The next attempt is automatic.";
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

/// The error as a sentence, with the issuer's own words.
fn sentence(error: &TokenError) -> String {
    let words = error.to_string();
    let mut letters = words.chars();
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
