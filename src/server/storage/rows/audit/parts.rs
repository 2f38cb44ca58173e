//! The parts of a record as its leaf commits to them: JSON in one form only, that of RFC 8785, so that another program can
//! make the same from the same values.
//!
//! The members of each part stand in the order of their names, and their values are texts, small whole numbers and null.

use super::canonical::{Value, object, text};
use super::columns::{CompletionColumns, IntentColumns, ResolutionColumns};
use super::written_changes;
use crate::server::storage::{PARTS, Record, RecordKind, StorageError};

const NULL: &str = "null";

impl<Text: AsRef<str>> IntentColumns<Text> {
    /// What its leaf commits to.
    pub(in crate::server::storage) fn record(&self) -> Result<Record, StorageError> {
        let actor = object([
            ("email", Value::from(&self.actor_email)),
            ("groups", Value::Text(self.actor_groups.as_ref())),
            ("name", Value::Text(self.actor_name.as_ref())),
            ("peer", Value::from(&self.peer)),
            ("role", Value::Text(self.actor_role.as_ref())),
            ("session", Value::from(&self.session)),
            ("subject", Value::Text(self.actor_subject.as_ref())),
        ])?;
        let target = object([
            ("connection", Value::from(&self.connection)),
            ("environment", Value::from(&self.environment)),
            ("object_id", Value::from(&self.object_id)),
            ("object_kind", Value::Text(self.object_kind.as_ref())),
            ("object_name", Value::Text(self.object_name.as_ref())),
            ("organisation_id", Value::from(&self.organisation_id)),
        ])?;
        let action = ("action", Value::Text(self.action.as_ref()));
        let answers = ("answers", Value::from(self.answers));
        let observation = ("observation", Value::from(&self.observation));
        let request_id = ("request_id", Value::Text(self.request_id.as_ref()));
        let detail = match self.restores {
            // Records of earlier versions committed to no such member.
            None => object([action, answers, observation, request_id]),
            Some(restores) => object([action, answers, observation, request_id, ("restores", Value::Number(restores))]),
        }?;
        let [before, after] = before_and_after(self.changes.as_ref())?;
        let parts = [actor, target, before, after, detail];
        let at = self.intended_at.as_ref().to_owned();
        Ok(Record { kind: RecordKind::Intent, entry_id: self.id, at, parts })
    }
}

impl<Text: AsRef<str>> CompletionColumns<Text> {
    /// What its leaf commits to.
    pub(in crate::server::storage) fn record(&self) -> Result<Record, StorageError> {
        let detail = object([
            ("detail", Value::from(&self.detail)),
            ("duration_ms", Value::Number(self.duration_ms)),
            ("http_status", Value::from(self.http_status)),
            ("outcome", Value::Text(self.outcome.as_ref())),
            ("partner_request_id", Value::from(&self.partner_request_id)),
        ])?;
        let parts = later(Value::from(&self.object_id), detail)?;
        let at = self.completed_at.as_ref().to_owned();
        Ok(Record { kind: RecordKind::Completion, entry_id: self.intent_id, at, parts })
    }
}

impl<Text: AsRef<str>> ResolutionColumns<Text> {
    /// What its leaf commits to.
    pub(in crate::server::storage) fn record(&self) -> Result<Record, StorageError> {
        let detail =
            object([("detail", Value::Text(self.detail.as_ref())), ("outcome", Value::Text(self.outcome.as_ref()))])?;
        let parts = later(Value::from(&self.object_id), detail)?;
        let at = self.resolved_at.as_ref().to_owned();
        Ok(Record { kind: RecordKind::Resolution, entry_id: self.intent_id, at, parts })
    }
}

/// The parts of what came of an intent. `object_id` is what the partner calls the object.
fn later(object_id: Value<'_>, detail: String) -> Result<[String; PARTS.len()], StorageError> {
    let null = || NULL.to_owned();
    Ok([null(), object([("object_id", object_id)])?, null(), null(), detail])
}

/// What was before and what is after of the changes of an intent.
fn before_and_after(changes: &str) -> Result<[String; 2], StorageError> {
    match written_changes::before_and_after(changes) {
        Some(sides) => Ok(sides),
        // Written in another way it may still mean the same, but it is not what this program wrote.
        None => Ok([NULL.to_owned(), text(changes)?]),
    }
}

#[cfg(test)]
#[path = "parts_test.rs"]
mod tests;
