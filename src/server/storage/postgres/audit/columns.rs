//! The records as they are bound to a statement.

use sqlx::Postgres;
use sqlx::query_builder::Separated;

use crate::server::storage::rows::audit::{CompletionColumns, IntentColumns, ResolutionColumns};
use crate::server::storage::{Leaf, Record};

type Values<'query, 'text> = Separated<'query, Postgres, &'text str>;

/// A row of one of the tables of records.
pub(super) trait Row {
    /// What inserts rows, up to their values.
    const INSERT: &'static str;

    /// Binds its columns.
    fn push(self, values: &mut Values<'_, '_>);
}

impl Row for IntentColumns {
    const INSERT: &'static str = "INSERT INTO audit_intents (id, intended_at, actor_subject, actor_name, actor_email,
         actor_role, actor_groups, peer, session, request_id, action, connection, environment, object_kind, object_id,
         object_name, organisation_id, changes, observation, answers, restores) ";

    fn push(self, values: &mut Values<'_, '_>) {
        values
            .push_bind(self.id)
            .push_bind(self.intended_at)
            .push_bind(self.actor_subject)
            .push_bind(self.actor_name)
            .push_bind(self.actor_email)
            .push_bind(self.actor_role)
            .push_bind(self.actor_groups)
            .push_bind(self.peer)
            .push_bind(self.session)
            .push_bind(self.request_id)
            .push_bind(self.action)
            .push_bind(self.connection)
            .push_bind(self.environment)
            .push_bind(self.object_kind)
            .push_bind(self.object_id)
            .push_bind(self.object_name)
            .push_bind(self.organisation_id)
            .push_bind(self.changes)
            .push_bind(self.observation)
            .push_bind(self.answers)
            .push_bind(self.restores);
    }
}

impl Row for CompletionColumns {
    const INSERT: &'static str = "INSERT INTO audit_completions (intent_id, completed_at, outcome, http_status,
         partner_request_id, object_id, detail, duration_ms) ";

    fn push(self, values: &mut Values<'_, '_>) {
        values
            .push_bind(self.intent_id)
            .push_bind(self.completed_at)
            .push_bind(self.outcome)
            .push_bind(self.http_status)
            .push_bind(self.partner_request_id)
            .push_bind(self.object_id)
            .push_bind(self.detail)
            .push_bind(self.duration_ms);
    }
}

impl Row for ResolutionColumns {
    const INSERT: &'static str = "INSERT INTO audit_resolutions (intent_id, resolved_at, outcome, object_id, detail) ";

    fn push(self, values: &mut Values<'_, '_>) {
        values
            .push_bind(self.intent_id)
            .push_bind(self.resolved_at)
            .push_bind(self.outcome)
            .push_bind(self.object_id)
            .push_bind(self.detail);
    }
}

/// Binds the columns of a leaf.
pub(super) fn push_leaf(values: &mut Values<'_, '_>, sequence: i64, record: &Record, leaf: Leaf) {
    values
        .push_bind(sequence)
        .push_bind(record.kind.code())
        .push_bind(record.entry_id)
        .push_bind(leaf.envelope)
        .push_bind(leaf.salts);
}
