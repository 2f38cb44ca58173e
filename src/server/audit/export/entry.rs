//! An entry as exports have it: the same names whatever becomes of the types of this program.

use serde::Serialize;
use serde_json::Value;

use crate::domain::audit::{Actor, AuditEntry};
use crate::domain::change::FieldChange;
use crate::domain::time_format::rfc3339;

/// An entry. `docs/audit-log.md` has the table of its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct ExportedEntry {
    pub(super) id: i64,
    /// When it was recorded (RFC 3339).
    pub(super) time: String,
    /// The code of the event.
    pub(super) event: &'static str,
    pub(super) outcome: &'static str,
    /// `None` when it was erased.
    pub(super) actor: Option<Actor>,
    pub(super) connection: Option<String>,
    pub(super) environment: Option<&'static str>,
    pub(super) object: ExportedObject,
    pub(super) changes: Vec<FieldChange>,
    pub(super) observation: Option<Value>,
    /// The entry that this one answers.
    pub(super) answers: Option<i64>,
    /// The entry whose version of the object this one restores.
    pub(super) restores: Option<i64>,
    pub(super) request_id: String,
    pub(super) completion: Option<ExportedCompletion>,
    pub(super) resolution: Option<ExportedResolution>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct ExportedObject {
    pub(super) kind: &'static str,
    /// The ID that it had when it was recorded, or got later.
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) organisation_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct ExportedCompletion {
    pub(super) time: String,
    pub(super) outcome: &'static str,
    pub(super) http_status: Option<u16>,
    pub(super) partner_request_id: Option<String>,
    pub(super) detail: Option<String>,
    pub(super) duration_ms: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct ExportedResolution {
    pub(super) time: String,
    pub(super) outcome: &'static str,
    pub(super) detail: String,
}

impl ExportedEntry {
    pub(super) fn of(entry: &AuditEntry) -> Self {
        let intent = &entry.intent;
        let completion = entry.completion.as_ref().zip(entry.completed_at).map(|(one, at)| ExportedCompletion {
            time: rfc3339(at),
            outcome: one.outcome.code(),
            http_status: one.http_status,
            partner_request_id: one.partner_request_id.clone(),
            detail: one.detail.clone(),
            duration_ms: one.duration_ms,
        });
        let resolution = entry.resolution.as_ref().map(|one| ExportedResolution {
            time: rfc3339(one.resolved_at),
            outcome: one.outcome.code(),
            detail: one.detail.clone(),
        });
        let connection = intent.target.connection.as_ref();
        Self {
            id: entry.id,
            time: rfc3339(entry.intended_at),
            event: intent.action.code(),
            outcome: entry.outcome().code(),
            actor: (!intent.actor.is_erased()).then(|| intent.actor.clone()),
            connection: connection.map(|connection| connection.name.clone()),
            environment: connection.map(|connection| connection.environment.word()),
            object: ExportedObject {
                kind: intent.target.kind.code(),
                id: entry.object_id().map(str::to_owned),
                name: intent.target.name.clone(),
                organisation_id: intent.target.organisation_id.clone(),
            },
            changes: intent.changes.clone(),
            // An observation can always be written.
            observation: intent.observation.as_ref().and_then(|one| serde_json::to_value(one).ok()),
            answers: intent.answers,
            restores: intent.restores,
            request_id: intent.request_id.clone(),
            completion,
            resolution,
        }
    }
}
