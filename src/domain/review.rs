//! A draft, from the form through its errors and the review to the save.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::change::{Conflict, FieldChange, meaning_of_form};
use super::failure::PartnerFailure;
use super::field_error::FieldError;
use super::field_values::FieldValues;
use super::form::FormValues;
use super::impact::Impact;
use super::object::ObjectKind;
use super::readiness::{self, Finding};
use super::reference::ObjectReference;
use super::risk::{Risk, is_danger};

/// What a form is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormTarget {
    /// The connection's name.
    pub connection: String,
    /// Organisation or client.
    pub kind: ObjectKind,
    /// The object that is edited; `None` for a creation.
    pub object_id: Option<String>,
    /// The organisation that a new client is for.
    pub organisation_id: Option<String>,
}

/// What a form was about and what was typed into it. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Names the draft in URLs.
    pub id: String,
    /// The connection's name.
    pub connection: String,
    /// Organisation or client.
    pub kind: ObjectKind,
    /// The object that is edited; `None` for a creation.
    pub object_id: Option<String>,
    /// The organisation that a new client is for.
    pub organisation_id: Option<String>,
    /// The values that the form opened on.
    pub shown: FieldValues,
    /// The controls as they were left.
    pub form: FormValues,
    /// What is wrong with them.
    pub errors: Vec<FieldError>,
    /// What the partner said when this was sent.
    pub failure: Option<PartnerFailure>,
    /// The partner's values at the last review, which the admin has seen.
    pub reviewed: Option<FieldValues>,
    /// Why the last try to save came back here.
    pub notice: Option<ReviewNotice>,
    /// The number of the newest observed entry of the audit log that this reverts.
    #[serde(default)]
    pub answers: Option<i64>,
    /// The number of the entry of the audit log whose version this brings back.
    #[serde(default)]
    pub restores: Option<i64>,
    /// The number of the entry of the audit log that this form was sent as, when the answer was lost.
    #[serde(default)]
    pub lost: Option<i64>,
}

impl Draft {
    /// A form as it was sent, before anything is said about it.
    pub fn new(target: FormTarget, id: String, shown: FieldValues, form: FormValues) -> Self {
        let FormTarget { connection, kind, object_id, organisation_id } = target;
        let (errors, failure, reviewed, notice) = (Vec::new(), None, None, None);
        Self {
            id,
            connection,
            kind,
            object_id,
            organisation_id,
            shown,
            form,
            errors,
            failure,
            reviewed,
            notice,
            answers: None,
            restores: None,
            lost: None,
        }
    }

    /// What the admin wants the object to be.
    pub fn meant(&self) -> FieldValues {
        meaning_of_form(self.kind.fields(), &self.shown, &self.form.gathered(self.kind))
    }

    /// What the form is about.
    pub fn target(&self) -> FormTarget {
        FormTarget {
            connection: self.connection.clone(),
            kind: self.kind,
            object_id: self.object_id.clone(),
            organisation_id: self.organisation_id.clone(),
        }
    }
}

/// Whether an object must be reviewed, and its name typed, before it is created: live users are concerned, or a readiness
/// rule finds an error.
pub fn must_be_reviewed(kind: ObjectKind, fields: &FieldValues, findings: &[Finding]) -> bool {
    fields.is_production(kind) || findings.iter().any(|finding| finding.severity == readiness::Severity::Error)
}

/// Why a save came back to the review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewNotice {
    /// The object changed at the partner since the review was shown.
    ChangedMeanwhile,
    /// The name was not typed, or not exactly.
    NotConfirmed,
    /// A conflict was left without a decision.
    Undecided,
}

/// A changed field in the review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewedChange {
    /// The change.
    pub change: FieldChange,
    /// Why it needs attention.
    pub risk: Option<Risk>,
}

/// Everything that the review page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The draft under review.
    pub draft: Draft,
    /// The object's name as the partner has it.
    pub object_name: String,
    /// For a client: its organisation.
    pub organisation: Option<ObjectReference>,
    /// What a save would write.
    pub changes: Vec<ReviewedChange>,
    /// What needs a decision first.
    pub conflicts: Vec<Conflict>,
    /// What someone else changed meanwhile, and which is kept.
    pub kept: Vec<FieldChange>,
    /// What the readiness rules find once the changes are made, with what is new marked.
    pub findings: Vec<Finding>,
    /// What the changes do to what is below an organisation; `None` for a client, and where the tree is not known.
    pub impact: Option<Impact>,
    /// Names of the organisations that the changes mention by their ids.
    pub names: BTreeMap<String, String>,
}

impl Review {
    /// Whether it is about an object that does not exist yet.
    pub fn is_creation(&self) -> bool {
        self.draft.object_id.is_none()
    }

    /// The name that must be typed before a save, when a change is dangerous, or what is to be created breaks a rule.
    pub fn confirmation(&self) -> Option<&str> {
        if self.is_creation() {
            return must_be_reviewed(self.draft.kind, &self.draft.meant(), &self.findings)
                .then_some(self.object_name.as_str());
        }
        let changes = self.changes.iter().map(|row| row.change.clone());
        // Keeping one's own value in a conflict makes that change too.
        let mine = self.conflicts.iter().map(|conflict| conflict.clone().into_mine());
        let is_dangerous = changes.chain(mine).any(|change| is_danger(self.draft.kind, &change));
        is_dangerous.then_some(self.object_name.as_str())
    }
}

/// A draft in a list of what a person has not finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftSummary {
    /// Names the draft in URLs.
    pub id: String,
    /// What the form is about.
    pub target: FormTarget,
    /// The name that was typed; empty when there is none.
    pub name: String,
    /// When it was kept last.
    #[serde(with = "time::serde::rfc3339")]
    pub kept_at: OffsetDateTime,
}

impl DraftSummary {
    /// "New client: till", "Edit organisation: Meridian".
    pub fn title(&self) -> String {
        let verb = if self.target.object_id.is_none() { "New" } else { "Edit" };
        let name = if self.name.is_empty() { "unnamed" } else { &self.name };
        format!("{verb} {}: {name}", self.target.kind.word())
    }

    /// What a list says of a draft.
    pub fn of(draft: Draft, kept_at: OffsetDateTime) -> Self {
        let name = draft.form.fields.text("name").unwrap_or_default().trim().to_owned();
        Self { target: draft.target(), id: draft.id, name, kept_at }
    }
}
