//! The records as their rows have them: the text of the columns, so that nothing can be changed there that still means the
//! same to whoever reads it.

use rusqlite::Row;
use rusqlite::types::FromSql;
use sqlx::FromRow;
use time::OffsetDateTime;

use crate::domain::audit::{Completion, Intent, Resolution};
use crate::domain::time_format::rfc3339;
use crate::server::storage::StorageError;

/// A row of `audit_intents`.
#[derive(Clone, Debug, FromRow)]
pub(super) struct IntentColumns {
    pub(super) id: i64,
    pub(super) intended_at: String,
    pub(super) actor_subject: String,
    pub(super) actor_name: String,
    pub(super) actor_email: Option<String>,
    pub(super) actor_role: String,
    pub(super) actor_groups: String,
    pub(super) peer: Option<String>,
    pub(super) session: Option<String>,
    pub(super) request_id: String,
    pub(super) action: String,
    pub(super) connection: Option<String>,
    pub(super) environment: Option<String>,
    pub(super) object_kind: String,
    pub(super) object_id: Option<String>,
    pub(super) object_name: String,
    pub(super) organisation_id: Option<String>,
    pub(super) changes: String,
    pub(super) observation: Option<String>,
    pub(super) answers: Option<i64>,
    pub(super) restores: Option<i64>,
}

impl IntentColumns {
    /// The row of an intent that is entry `id`.
    pub(super) fn of(intent: &Intent, id: i64, at: OffsetDateTime) -> Result<Self, StorageError> {
        let Intent { actor, action, target, changes, request_id, observation, answers, restores } = intent.clone();
        Ok(Self {
            id,
            intended_at: rfc3339(at),
            actor_subject: actor.subject,
            actor_name: actor.name,
            actor_email: actor.email,
            actor_role: actor.role,
            actor_groups: serde_json::to_string(&actor.groups)?,
            peer: actor.peer,
            session: actor.session,
            request_id,
            action: action.code().to_owned(),
            environment: target.connection.as_ref().map(|connection| connection.environment.word().to_owned()),
            connection: target.connection.map(|connection| connection.name),
            object_kind: target.kind.code().to_owned(),
            object_id: target.id,
            object_name: target.name,
            organisation_id: target.organisation_id,
            changes: serde_json::to_string(&changes)?,
            observation: observation.as_ref().map(serde_json::to_string).transpose()?,
            answers,
            restores,
        })
    }
}

/// A row of `audit_completions`.
#[derive(Clone, Debug, FromRow)]
pub(super) struct CompletionColumns {
    pub(super) intent_id: i64,
    pub(super) completed_at: String,
    pub(super) outcome: String,
    pub(super) http_status: Option<i64>,
    pub(super) partner_request_id: Option<String>,
    pub(super) object_id: Option<String>,
    pub(super) detail: Option<String>,
    pub(super) duration_ms: i64,
}

impl CompletionColumns {
    pub(super) fn of(completion: &Completion, intent_id: i64, at: OffsetDateTime) -> Self {
        let Completion { outcome, http_status, partner_request_id, object_id, detail, duration_ms } =
            completion.clone();
        Self {
            intent_id,
            completed_at: rfc3339(at),
            outcome: outcome.code().to_owned(),
            http_status: http_status.map(i64::from),
            partner_request_id,
            object_id,
            detail,
            duration_ms: i64::from(duration_ms),
        }
    }
}

/// A row of `audit_resolutions`.
#[derive(Clone, Debug, FromRow)]
pub(super) struct ResolutionColumns {
    pub(super) intent_id: i64,
    pub(super) resolved_at: String,
    pub(super) outcome: String,
    pub(super) object_id: Option<String>,
    pub(super) detail: String,
}

impl ResolutionColumns {
    pub(super) fn of(resolution: &Resolution, intent_id: i64) -> Self {
        let Resolution { resolved_at, outcome, object_id, detail } = resolution.clone();
        Self { intent_id, resolved_at: rfc3339(resolved_at), outcome: outcome.code().to_owned(), object_id, detail }
    }
}

/// The columns of a row, one after another.
struct Cells<'row> {
    row: &'row Row<'row>,
    next: usize,
}

impl<'row> Cells<'row> {
    const fn of(row: &'row Row<'row>) -> Self {
        Self { row, next: 0 }
    }

    fn next<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        self.next += 1;
        self.row.get(self.next - 1)
    }
}

/// Of all columns, in the order of the table.
impl TryFrom<&Row<'_>> for IntentColumns {
    type Error = rusqlite::Error;

    fn try_from(row: &Row<'_>) -> rusqlite::Result<Self> {
        let mut cells = Cells::of(row);
        Ok(Self {
            id: cells.next()?,
            intended_at: cells.next()?,
            actor_subject: cells.next()?,
            actor_name: cells.next()?,
            actor_email: cells.next()?,
            actor_role: cells.next()?,
            actor_groups: cells.next()?,
            peer: cells.next()?,
            session: cells.next()?,
            request_id: cells.next()?,
            action: cells.next()?,
            connection: cells.next()?,
            environment: cells.next()?,
            object_kind: cells.next()?,
            object_id: cells.next()?,
            object_name: cells.next()?,
            organisation_id: cells.next()?,
            changes: cells.next()?,
            observation: cells.next()?,
            answers: cells.next()?,
            restores: cells.next()?,
        })
    }
}

/// Of all columns, in the order of the table.
impl TryFrom<&Row<'_>> for CompletionColumns {
    type Error = rusqlite::Error;

    fn try_from(row: &Row<'_>) -> rusqlite::Result<Self> {
        let mut cells = Cells::of(row);
        Ok(Self {
            intent_id: cells.next()?,
            completed_at: cells.next()?,
            outcome: cells.next()?,
            http_status: cells.next()?,
            partner_request_id: cells.next()?,
            object_id: cells.next()?,
            detail: cells.next()?,
            duration_ms: cells.next()?,
        })
    }
}

/// Of all columns, in the order of the table.
impl TryFrom<&Row<'_>> for ResolutionColumns {
    type Error = rusqlite::Error;

    fn try_from(row: &Row<'_>) -> rusqlite::Result<Self> {
        let mut cells = Cells::of(row);
        Ok(Self {
            intent_id: cells.next()?,
            resolved_at: cells.next()?,
            outcome: cells.next()?,
            object_id: cells.next()?,
            detail: cells.next()?,
        })
    }
}
