//! The records as their rows have them: the text of the columns, so that nothing can be changed there that still means the
//! same to whoever reads it.

use sqlx::FromRow;
use time::OffsetDateTime;

use crate::domain::audit::{Completion, Intent, Resolution};
use crate::domain::time_format::rfc3339;
use crate::server::storage::StorageError;

/// The columns of [`IntentColumns`].
pub(in crate::server::storage) const INTENT: &str =
    "id, intended_at, actor_subject, actor_name, actor_email, actor_role,
    actor_groups, peer, session, request_id, action, connection, environment, object_kind, object_id, object_name,
    organisation_id, changes, observation, answers, restores";
/// The columns of [`CompletionColumns`].
pub(in crate::server::storage) const COMPLETION: &str =
    "intent_id, completed_at, outcome, http_status, partner_request_id, object_id, detail, duration_ms";
/// The columns of [`ResolutionColumns`].
pub(in crate::server::storage) const RESOLUTION: &str = "intent_id, resolved_at, outcome, object_id, detail";

/// A row of `audit_intents`.
#[derive(Clone, Debug, FromRow)]
pub(in crate::server::storage) struct IntentColumns<Text = String> {
    pub(in crate::server::storage) id: i64,
    pub(in crate::server::storage) intended_at: Text,
    pub(in crate::server::storage) actor_subject: Text,
    pub(in crate::server::storage) actor_name: Text,
    pub(in crate::server::storage) actor_email: Option<Text>,
    pub(in crate::server::storage) actor_role: Text,
    pub(in crate::server::storage) actor_groups: Text,
    pub(in crate::server::storage) peer: Option<Text>,
    pub(in crate::server::storage) session: Option<Text>,
    pub(in crate::server::storage) request_id: Text,
    pub(in crate::server::storage) action: Text,
    pub(in crate::server::storage) connection: Option<Text>,
    pub(in crate::server::storage) environment: Option<Text>,
    pub(in crate::server::storage) object_kind: Text,
    pub(in crate::server::storage) object_id: Option<Text>,
    pub(in crate::server::storage) object_name: Text,
    pub(in crate::server::storage) organisation_id: Option<Text>,
    pub(in crate::server::storage) changes: Text,
    pub(in crate::server::storage) observation: Option<Text>,
    pub(in crate::server::storage) answers: Option<i64>,
    pub(in crate::server::storage) restores: Option<i64>,
}

impl IntentColumns {
    /// The row of an intent that is entry `id`.
    pub(in crate::server::storage) fn of(intent: &Intent, id: i64, at: OffsetDateTime) -> Result<Self, StorageError> {
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
pub(in crate::server::storage) struct CompletionColumns<Text = String> {
    pub(in crate::server::storage) intent_id: i64,
    pub(in crate::server::storage) completed_at: Text,
    pub(in crate::server::storage) outcome: Text,
    pub(in crate::server::storage) http_status: Option<i64>,
    pub(in crate::server::storage) partner_request_id: Option<Text>,
    pub(in crate::server::storage) object_id: Option<Text>,
    pub(in crate::server::storage) detail: Option<Text>,
    pub(in crate::server::storage) duration_ms: i64,
}

impl CompletionColumns {
    pub(in crate::server::storage) fn of(completion: &Completion, intent_id: i64, at: OffsetDateTime) -> Self {
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
pub(in crate::server::storage) struct ResolutionColumns<Text = String> {
    pub(in crate::server::storage) intent_id: i64,
    pub(in crate::server::storage) resolved_at: Text,
    pub(in crate::server::storage) outcome: Text,
    pub(in crate::server::storage) object_id: Option<Text>,
    pub(in crate::server::storage) detail: Text,
}

impl ResolutionColumns {
    pub(in crate::server::storage) fn of(resolution: &Resolution, intent_id: i64) -> Self {
        let Resolution { resolved_at, outcome, object_id, detail } = resolution.clone();
        Self { intent_id, resolved_at: rfc3339(resolved_at), outcome: outcome.code().to_owned(), object_id, detail }
    }
}
