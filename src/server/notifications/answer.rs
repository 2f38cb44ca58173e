//! What came of sending a message once.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::audit::Outcome;

/// Recipients that need not be tried again: they have it, or why they never will.
pub(super) type Settled = BTreeMap<String, Option<String>>;

/// Who never got a message that others have, and why.
pub(super) fn refused(settled: &Settled) -> Option<String> {
    let refused = settled.iter().filter_map(|(to, reason)| Some(format!("{to}: {}", reason.as_ref()?)));
    let refused = refused.collect::<Vec<_>>().join(" ");
    (!refused.is_empty()).then(|| format!("Not for {refused}"))
}

/// What a target said that took a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    /// The status of the answer, where it was HTTP.
    pub(super) http_status: Option<u16>,
    /// What it said, in a sentence.
    pub(super) said: String,
    /// Its recipients, where it has some.
    pub(super) settled: Settled,
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
    /// Its recipients that need not be tried again.
    pub(super) settled: Settled,
}

impl NotTaken {
    /// It may be taken later.
    pub(super) fn for_now(outcome: Outcome, reason: String) -> Self {
        Self { reason, is_final: false, outcome, http_status: None, retry_after: None, settled: Settled::new() }
    }
}
