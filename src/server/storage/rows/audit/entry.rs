//! How an entry lies in the database, and the way back from there.

use sqlx::FromRow;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::audit::{
    Action, Actor, AuditEntry, AuditedConnection, AuditedKind, Completion, Intent, Outcome, Resolution, Target,
};
use crate::domain::connection::Environment;
use crate::server::storage::StorageError;

/// An intent joined with its completion and its resolution.
#[derive(FromRow)]
pub(in crate::server::storage) struct EntryRow {
    id: i64,
    intended_at: String,
    actor_subject: String,
    actor_name: String,
    actor_email: Option<String>,
    actor_role: String,
    actor_groups: String,
    peer: Option<String>,
    session: Option<String>,
    request_id: String,
    action: String,
    connection: Option<String>,
    environment: Option<String>,
    object_kind: String,
    object_id: Option<String>,
    object_name: String,
    organisation_id: Option<String>,
    changes: String,
    observation: Option<String>,
    answers: Option<i64>,
    restores: Option<i64>,
    completed_at: Option<String>,
    outcome: Option<String>,
    http_status: Option<i64>,
    partner_request_id: Option<String>,
    created_id: Option<String>,
    detail: Option<String>,
    duration_ms: Option<i64>,
    resolved_at: Option<String>,
    resolved_outcome: Option<String>,
    found_id: Option<String>,
    resolved_detail: Option<String>,
}

impl EntryRow {
    /// What was found out later, where something was.
    fn resolution(&mut self) -> Result<Option<Resolution>, StorageError> {
        let id = self.id;
        let corrupt = |what| StorageError::CorruptEntry { id, what };
        let Some(resolved_at) = self.resolved_at.take() else {
            return Ok(None);
        };
        let outcome = self.resolved_outcome.as_deref().and_then(Outcome::from_code);
        Ok(Some(Resolution {
            resolved_at: OffsetDateTime::parse(&resolved_at, &Rfc3339).map_err(|_| corrupt("a time"))?,
            outcome: outcome.ok_or(corrupt("the resolution"))?,
            object_id: self.found_id.take(),
            detail: self.resolved_detail.take().unwrap_or_default(),
        }))
    }

    pub(in crate::server::storage) fn into_entry(mut self) -> Result<AuditEntry, StorageError> {
        let id = self.id;
        let resolution = self.resolution()?;
        let corrupt = |what| StorageError::CorruptEntry { id, what };
        let time = |text: &str| OffsetDateTime::parse(text, &Rfc3339).map_err(|_| corrupt("a time"));
        let completed_at = self.completed_at.as_deref().map(time).transpose()?;
        let completion = match self.outcome {
            None => None,
            Some(outcome) => Some(Completion {
                outcome: Outcome::from_code(&outcome).ok_or(corrupt("the outcome"))?,
                http_status: self.http_status.map(u16::try_from).transpose().map_err(|_| corrupt("the HTTP status"))?,
                partner_request_id: self.partner_request_id,
                object_id: self.created_id,
                detail: self.detail,
                duration_ms: u32::try_from(self.duration_ms.unwrap_or_default())
                    .map_err(|_| corrupt("the duration"))?,
            }),
        };
        Ok(AuditEntry {
            id,
            intended_at: time(&self.intended_at)?,
            intent: Intent {
                actor: Actor {
                    subject: self.actor_subject,
                    name: self.actor_name,
                    email: self.actor_email,
                    role: self.actor_role,
                    groups: serde_json::from_str(&self.actor_groups).map_err(|_| corrupt("the groups"))?,
                    peer: self.peer,
                    session: self.session,
                },
                action: Action::from_code(&self.action).ok_or(corrupt("the action"))?,
                target: Target {
                    connection: match self.connection.zip(self.environment) {
                        None => None,
                        Some((name, environment)) => Some(AuditedConnection {
                            name,
                            environment: Environment::from_word(&environment).ok_or(corrupt("the environment"))?,
                        }),
                    },
                    kind: AuditedKind::from_code(&self.object_kind).ok_or(corrupt("the kind of object"))?,
                    id: self.object_id,
                    name: self.object_name,
                    organisation_id: self.organisation_id,
                },
                changes: serde_json::from_str(&self.changes).map_err(|_| corrupt("the changes"))?,
                request_id: self.request_id,
                observation: match &self.observation {
                    Some(json) => Some(serde_json::from_str(json).map_err(|_| corrupt("the observation"))?),
                    None => None,
                },
                answers: self.answers,
                restores: self.restores,
            },
            completed_at,
            completion,
            resolution,
        })
    }
}
