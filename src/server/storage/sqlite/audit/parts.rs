//! The parts of a record as its leaf commits to them: JSON in one form only, that of RFC 8785, so that another program can
//! make the same from the same values.
//!
//! The members of each part stand in the order of their names, and their values are texts, small whole numbers and null.
//! So what serde writes is that form.

use std::io;

use serde::Serialize;

use super::columns::{CompletionColumns, IntentColumns, ResolutionColumns};
use crate::domain::change::FieldChange;
use crate::domain::field::FieldValue;
use crate::server::storage::{PARTS, Record, RecordKind, StorageError};

const NULL: &str = "null";
/// More bytes than most parts have.
const LENGTH: usize = 256;

#[derive(Serialize)]
struct Actor<'a> {
    email: Option<&'a str>,
    groups: &'a str,
    name: &'a str,
    peer: Option<&'a str>,
    role: &'a str,
    session: Option<&'a str>,
    subject: &'a str,
}

#[derive(Serialize)]
struct Target<'a> {
    connection: Option<&'a str>,
    environment: Option<&'a str>,
    object_id: Option<&'a str>,
    object_kind: &'a str,
    object_name: &'a str,
    organisation_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Before<'a> {
    before: &'a Option<FieldValue>,
    field: &'a str,
}

#[derive(Serialize)]
struct After<'a> {
    after: &'a Option<FieldValue>,
    field: &'a str,
}

#[derive(Serialize)]
struct IntentDetail<'a> {
    action: &'a str,
    answers: Option<i64>,
    observation: Option<&'a str>,
    request_id: &'a str,
    /// Records of earlier versions committed to no such member.
    #[serde(skip_serializing_if = "Option::is_none")]
    restores: Option<i64>,
}

/// What a partner calls the object, in a completion or a resolution.
#[derive(Serialize)]
struct ObjectId<'a> {
    object_id: Option<&'a str>,
}

#[derive(Serialize)]
struct CompletionDetail<'a> {
    detail: Option<&'a str>,
    duration_ms: i64,
    http_status: Option<i64>,
    outcome: &'a str,
    partner_request_id: Option<&'a str>,
}

#[derive(Serialize)]
struct ResolutionDetail<'a> {
    detail: &'a str,
    outcome: &'a str,
}

impl<Text: AsRef<str>> IntentColumns<Text> {
    /// What its leaf commits to.
    pub(super) fn record(&self) -> Result<Record, StorageError> {
        let actor = Actor {
            email: self.actor_email.as_ref().map(AsRef::as_ref),
            groups: self.actor_groups.as_ref(),
            name: self.actor_name.as_ref(),
            peer: self.peer.as_ref().map(AsRef::as_ref),
            role: self.actor_role.as_ref(),
            session: self.session.as_ref().map(AsRef::as_ref),
            subject: self.actor_subject.as_ref(),
        };
        let target = Target {
            connection: self.connection.as_ref().map(AsRef::as_ref),
            environment: self.environment.as_ref().map(AsRef::as_ref),
            object_id: self.object_id.as_ref().map(AsRef::as_ref),
            object_kind: self.object_kind.as_ref(),
            object_name: self.object_name.as_ref(),
            organisation_id: self.organisation_id.as_ref().map(AsRef::as_ref),
        };
        let detail = IntentDetail {
            action: self.action.as_ref(),
            answers: self.answers,
            observation: self.observation.as_ref().map(AsRef::as_ref),
            request_id: self.request_id.as_ref(),
            restores: self.restores,
        };
        let [before, after] = before_and_after(self.changes.as_ref())?;
        let parts = [json(&actor)?, json(&target)?, before, after, json(&detail)?];
        let at = self.intended_at.as_ref().to_owned();
        Ok(Record { kind: RecordKind::Intent, entry_id: self.id, at, parts })
    }
}

impl<Text: AsRef<str>> CompletionColumns<Text> {
    /// What its leaf commits to.
    pub(super) fn record(&self) -> Result<Record, StorageError> {
        let detail = CompletionDetail {
            detail: self.detail.as_ref().map(AsRef::as_ref),
            duration_ms: self.duration_ms,
            http_status: self.http_status,
            outcome: self.outcome.as_ref(),
            partner_request_id: self.partner_request_id.as_ref().map(AsRef::as_ref),
        };
        let parts = later(&ObjectId { object_id: self.object_id.as_ref().map(AsRef::as_ref) }, &detail)?;
        let at = self.completed_at.as_ref().to_owned();
        Ok(Record { kind: RecordKind::Completion, entry_id: self.intent_id, at, parts })
    }
}

impl<Text: AsRef<str>> ResolutionColumns<Text> {
    /// What its leaf commits to.
    pub(super) fn record(&self) -> Result<Record, StorageError> {
        let detail = ResolutionDetail { detail: self.detail.as_ref(), outcome: self.outcome.as_ref() };
        let parts = later(&ObjectId { object_id: self.object_id.as_ref().map(AsRef::as_ref) }, &detail)?;
        let at = self.resolved_at.as_ref().to_owned();
        Ok(Record { kind: RecordKind::Resolution, entry_id: self.intent_id, at, parts })
    }
}

/// The parts of what came of an intent.
fn later(target: &ObjectId<'_>, detail: &impl Serialize) -> Result<[String; PARTS.len()], StorageError> {
    let null = || NULL.to_owned();
    Ok([null(), json(target)?, null(), null(), json(detail)?])
}

/// What was before and what is after of the changes of an intent.
fn before_and_after(changes: &str) -> Result<[String; 2], StorageError> {
    let parsed: Option<Vec<FieldChange>> = serde_json::from_str(changes).ok();
    // Written in another way it may still mean the same, but it is not what this program wrote.
    let Some(parsed) = parsed.filter(|parsed| Expected::is_written_by(parsed, changes)) else {
        return Ok([NULL.to_owned(), json(&changes)?]);
    };
    let before: Vec<_> = parsed.iter().map(|one| Before { before: &one.before, field: &one.field }).collect();
    let after: Vec<_> = parsed.iter().map(|one| After { after: &one.after, field: &one.field }).collect();
    Ok([json(&before)?, json(&after)?])
}

/// What is still to be written of a text; anything else is an error.
struct Expected<'a>(&'a [u8]);

impl<'a> Expected<'a> {
    /// Whether a value is written as this text.
    fn is_written_by(value: &impl Serialize, text: &'a str) -> bool {
        let mut rest = Self(text.as_bytes());
        serde_json::to_writer(&mut rest, value).is_ok() && rest.0.is_empty()
    }
}

impl io::Write for Expected<'_> {
    fn write(&mut self, written: &[u8]) -> io::Result<usize> {
        self.0 = self.0.strip_prefix(written).ok_or(io::ErrorKind::InvalidData)?;
        Ok(written.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn json(part: &impl Serialize) -> Result<String, StorageError> {
    let mut json = Vec::with_capacity(LENGTH);
    serde_json::to_writer(&mut json, part)?;
    Ok(String::from_utf8(json).unwrap_or_default())
}

#[cfg(test)]
#[path = "parts_test.rs"]
mod tests;
