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

#[derive(Serialize)]
struct Actor<'a> {
    email: &'a Option<String>,
    groups: &'a str,
    name: &'a str,
    peer: &'a Option<String>,
    role: &'a str,
    session: &'a Option<String>,
    subject: &'a str,
}

#[derive(Serialize)]
struct Target<'a> {
    connection: &'a Option<String>,
    environment: &'a Option<String>,
    object_id: &'a Option<String>,
    object_kind: &'a str,
    object_name: &'a str,
    organisation_id: &'a Option<String>,
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
    observation: &'a Option<String>,
    request_id: &'a str,
    /// Records of earlier versions committed to no such member.
    #[serde(skip_serializing_if = "Option::is_none")]
    restores: Option<i64>,
}

/// What a partner calls the object, in a completion or a resolution.
#[derive(Serialize)]
struct ObjectId<'a> {
    object_id: &'a Option<String>,
}

#[derive(Serialize)]
struct CompletionDetail<'a> {
    detail: &'a Option<String>,
    duration_ms: i64,
    http_status: Option<i64>,
    outcome: &'a str,
    partner_request_id: &'a Option<String>,
}

#[derive(Serialize)]
struct ResolutionDetail<'a> {
    detail: &'a str,
    outcome: &'a str,
}

impl IntentColumns {
    /// What its leaf commits to.
    pub(super) fn record(&self) -> Result<Record, StorageError> {
        let actor = Actor {
            email: &self.actor_email,
            groups: &self.actor_groups,
            name: &self.actor_name,
            peer: &self.peer,
            role: &self.actor_role,
            session: &self.session,
            subject: &self.actor_subject,
        };
        let target = Target {
            connection: &self.connection,
            environment: &self.environment,
            object_id: &self.object_id,
            object_kind: &self.object_kind,
            object_name: &self.object_name,
            organisation_id: &self.organisation_id,
        };
        let detail = IntentDetail {
            action: &self.action,
            answers: self.answers,
            observation: &self.observation,
            request_id: &self.request_id,
            restores: self.restores,
        };
        let [before, after] = before_and_after(&self.changes)?;
        let parts = [json(&actor)?, json(&target)?, before, after, json(&detail)?];
        Ok(Record { kind: RecordKind::Intent, entry_id: self.id, at: self.intended_at.clone(), parts })
    }
}

impl CompletionColumns {
    /// What its leaf commits to.
    pub(super) fn record(&self) -> Result<Record, StorageError> {
        let detail = CompletionDetail {
            detail: &self.detail,
            duration_ms: self.duration_ms,
            http_status: self.http_status,
            outcome: &self.outcome,
            partner_request_id: &self.partner_request_id,
        };
        let parts = later(&ObjectId { object_id: &self.object_id }, &detail)?;
        Ok(Record { kind: RecordKind::Completion, entry_id: self.intent_id, at: self.completed_at.clone(), parts })
    }
}

impl ResolutionColumns {
    /// What its leaf commits to.
    pub(super) fn record(&self) -> Result<Record, StorageError> {
        let detail = ResolutionDetail { detail: &self.detail, outcome: &self.outcome };
        let parts = later(&ObjectId { object_id: &self.object_id }, &detail)?;
        Ok(Record { kind: RecordKind::Resolution, entry_id: self.intent_id, at: self.resolved_at.clone(), parts })
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

/// A text of which it is written what is left of it, and nothing else.
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
    Ok(serde_json::to_string(part)?)
}

#[cfg(test)]
#[path = "parts_test.rs"]
mod tests;
