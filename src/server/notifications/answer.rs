//! What came of sending a message once.

use std::time::Duration;

use crate::domain::audit::Outcome;

/// What a target said that took a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    /// The status of the answer, where it was HTTP.
    pub(super) http_status: Option<u16>,
    /// What it said, in a sentence.
    pub(super) said: String,
    /// Why some of its recipients will never take it, in a sentence.
    pub(super) refused: Option<String>,
}

/// Why a target did not take a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotTaken {
    /// Why, in a sentence. Without the address.
    pub(super) reason: String,
    /// Whether it would be refused again.
    pub(super) is_final: bool,
    /// Whether it was refused, never left, or nobody knows.
    pub(super) outcome: Outcome,
    /// The status of the answer, where there was one.
    pub(super) http_status: Option<u16>,
    /// How long the target wants to be left alone.
    pub(super) retry_after: Option<Duration>,
    /// Those of its recipients that need not be tried again: they took it, or never will.
    pub(super) settled: Vec<String>,
}

impl NotTaken {
    /// It may be taken later.
    pub(super) fn for_now(outcome: Outcome, reason: String) -> Self {
        Self { reason, is_final: false, outcome, http_status: None, retry_after: None, settled: Vec::new() }
    }
}
