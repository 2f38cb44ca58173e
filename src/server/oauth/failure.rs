//! A failed token request, before it is known when the next one is due.

use std::time::Duration;

use time::OffsetDateTime;

use super::error::{AnswerFault, Outage, TokenError};
use crate::domain::failure::FailureKind;

/// Why a token request failed. Becomes a [`TokenError`] once the next request is scheduled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    Refused { status: u16, code: Option<String>, description: Option<String>, request_id: Option<String> },
    RateLimited { retry_after: Option<Duration>, request_id: Option<String> },
    Unavailable { kind: Outage, retry_after: Option<Duration>, request_id: Option<String> },
    Unreadable { what: AnswerFault, request_id: Option<String> },
}

/// Failures with the same backoff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// The issuer refuses; somebody must change something.
    Refused,
    /// The issuer says how long to wait.
    RateLimited,
    /// The failure is expected to pass.
    Transient,
}

impl Failure {
    /// An outage without a response.
    pub(super) fn outage(kind: Outage) -> Self {
        Self::Unavailable { kind, retry_after: None, request_id: None }
    }

    pub(super) fn class(&self) -> Class {
        match self {
            Self::Refused { .. } => Class::Refused,
            Self::RateLimited { .. } => Class::RateLimited,
            Self::Unavailable { .. } | Self::Unreadable { .. } => Class::Transient,
        }
    }

    /// What went wrong, by what the reader can do about it.
    pub(super) fn kind(&self) -> FailureKind {
        // When the next request is due says nothing of that.
        self.clone().until(OffsetDateTime::UNIX_EPOCH).kind()
    }

    /// Whether an immediate retry is likely to succeed: a pooled connection was closed during the request, or the token
    /// expired in transit. A token request can be repeated because it changes nothing else.
    pub(super) fn is_worth_repeating(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { kind: Outage::Interrupted, .. }
                | Self::Unreadable { what: AnswerFault::ExpiredOnArrival, .. }
        )
    }

    /// The error for callers, with the time of the next request.
    pub(super) fn until(self, next_attempt: OffsetDateTime) -> TokenError {
        match self {
            Self::Refused { status, code, description, request_id } => {
                TokenError::Refused { status, code, description, request_id, next_attempt }
            }
            Self::RateLimited { request_id, .. } => TokenError::RateLimited { retry_at: next_attempt, request_id },
            Self::Unavailable { kind, request_id, .. } => TokenError::Unavailable { kind, request_id, next_attempt },
            Self::Unreadable { what, request_id } => TokenError::Unreadable { what, request_id, next_attempt },
        }
    }
}
