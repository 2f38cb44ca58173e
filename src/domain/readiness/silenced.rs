//! Rules that somebody silenced for one object.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::Finding;
use crate::domain::object::ObjectKind;

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 500;

/// A rule that is silenced for an object: nobody is told that the object breaks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilencedRule {
    /// The kind of the object.
    pub kind: ObjectKind,
    /// The ID of the object.
    pub object_id: String,
    /// The code of the rule.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub silenced_at: OffsetDateTime,
    /// The entry of the audit log that says who it was; `None` once retention has removed it.
    pub entry: Option<i64>,
}

/// What the rules find of an object, and what of that nobody is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What is told.
    pub findings: Vec<Finding>,
    /// The rules that are silenced, whether the object breaks them or not.
    pub silenced: Vec<SilencedRule>,
    /// Whether the person may silence rules of it.
    pub may_silence: bool,
}

/// Leaves out what is silenced, but for what a change under review brings about.
pub fn told(mut findings: Vec<Finding>, silenced: &[SilencedRule]) -> Vec<Finding> {
    findings.retain(|finding| finding.is_new || silenced.iter().all(|known| known.rule != finding.code));
    findings
}
