//! The records as their rows have them: the text of the columns, so that nothing can be changed there that still means the
//! same to whoever reads it.

use rusqlite::Row;
use rusqlite::types::ValueRef;
use sqlx::FromRow;
use time::OffsetDateTime;

use crate::domain::audit::{Completion, Intent, Resolution};
use crate::domain::time_format::rfc3339;
use crate::server::storage::StorageError;

/// A row of `audit_intents`.
#[derive(Clone, Debug, FromRow)]
pub(super) struct IntentColumns<Text = String> {
    pub(super) id: i64,
    pub(super) intended_at: Text,
    pub(super) actor_subject: Text,
    pub(super) actor_name: Text,
    pub(super) actor_email: Option<Text>,
    pub(super) actor_role: Text,
    pub(super) actor_groups: Text,
    pub(super) peer: Option<Text>,
    pub(super) session: Option<Text>,
    pub(super) request_id: Text,
    pub(super) action: Text,
    pub(super) connection: Option<Text>,
    pub(super) environment: Option<Text>,
    pub(super) object_kind: Text,
    pub(super) object_id: Option<Text>,
    pub(super) object_name: Text,
    pub(super) organisation_id: Option<Text>,
    pub(super) changes: Text,
    pub(super) observation: Option<Text>,
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
pub(super) struct CompletionColumns<Text = String> {
    pub(super) intent_id: i64,
    pub(super) completed_at: Text,
    pub(super) outcome: Text,
    pub(super) http_status: Option<i64>,
    pub(super) partner_request_id: Option<Text>,
    pub(super) object_id: Option<Text>,
    pub(super) detail: Option<Text>,
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
pub(super) struct ResolutionColumns<Text = String> {
    pub(super) intent_id: i64,
    pub(super) resolved_at: Text,
    pub(super) outcome: Text,
    pub(super) object_id: Option<Text>,
    pub(super) detail: Text,
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

    fn value(&mut self) -> rusqlite::Result<ValueRef<'row>> {
        self.next += 1;
        self.row.get_ref(self.next - 1)
    }

    fn number(&mut self) -> rusqlite::Result<i64> {
        Ok(self.value()?.as_i64()?)
    }

    fn number_or_null(&mut self) -> rusqlite::Result<Option<i64>> {
        Ok(self.value()?.as_i64_or_null()?)
    }

    fn text(&mut self) -> rusqlite::Result<&'row str> {
        Ok(self.value()?.as_str()?)
    }

    fn text_or_null(&mut self) -> rusqlite::Result<Option<&'row str>> {
        Ok(self.value()?.as_str_or_null()?)
    }
}

/// Of all columns, in the order of the table.
impl<'row> TryFrom<&'row Row<'_>> for IntentColumns<&'row str> {
    type Error = rusqlite::Error;

    fn try_from(row: &'row Row<'_>) -> rusqlite::Result<Self> {
        let mut cells = Cells::of(row);
        Ok(Self {
            id: cells.number()?,
            intended_at: cells.text()?,
            actor_subject: cells.text()?,
            actor_name: cells.text()?,
            actor_email: cells.text_or_null()?,
            actor_role: cells.text()?,
            actor_groups: cells.text()?,
            peer: cells.text_or_null()?,
            session: cells.text_or_null()?,
            request_id: cells.text()?,
            action: cells.text()?,
            connection: cells.text_or_null()?,
            environment: cells.text_or_null()?,
            object_kind: cells.text()?,
            object_id: cells.text_or_null()?,
            object_name: cells.text()?,
            organisation_id: cells.text_or_null()?,
            changes: cells.text()?,
            observation: cells.text_or_null()?,
            answers: cells.number_or_null()?,
            restores: cells.number_or_null()?,
        })
    }
}

/// Of all columns, in the order of the table.
impl<'row> TryFrom<&'row Row<'_>> for CompletionColumns<&'row str> {
    type Error = rusqlite::Error;

    fn try_from(row: &'row Row<'_>) -> rusqlite::Result<Self> {
        let mut cells = Cells::of(row);
        Ok(Self {
            intent_id: cells.number()?,
            completed_at: cells.text()?,
            outcome: cells.text()?,
            http_status: cells.number_or_null()?,
            partner_request_id: cells.text_or_null()?,
            object_id: cells.text_or_null()?,
            detail: cells.text_or_null()?,
            duration_ms: cells.number()?,
        })
    }
}

/// Of all columns, in the order of the table.
impl<'row> TryFrom<&'row Row<'_>> for ResolutionColumns<&'row str> {
    type Error = rusqlite::Error;

    fn try_from(row: &'row Row<'_>) -> rusqlite::Result<Self> {
        let mut cells = Cells::of(row);
        Ok(Self {
            intent_id: cells.number()?,
            resolved_at: cells.text()?,
            outcome: cells.text()?,
            object_id: cells.text_or_null()?,
            detail: cells.text()?,
        })
    }
}
