//! What a filter asks of entries, as conditions of SQLite.

use sqlx::{QueryBuilder, Sqlite};

use crate::domain::audit::AuditFilter;
use crate::domain::time_format::rfc3339;
use crate::server::storage::StorageError;
use crate::server::storage::rows::audit::OUTCOME;

/// Entries with these numbers alone.
pub(super) fn push_among(query: &mut QueryBuilder<Sqlite>, ids: &[i64]) -> Result<(), StorageError> {
    query.push("i.id IN (SELECT value FROM json_each(").push_bind(serde_json::to_string(ids)?).push("))");
    Ok(())
}

/// What a filter asks of an entry, but for the person and the text: those are compared by the program.
pub(super) fn push_filter(query: &mut QueryBuilder<Sqlite>, filter: &AuditFilter) {
    query.push(" WHERE true");
    if let Some(connection) = &filter.connection {
        // Not by the index that begins with it: most entries may be of one connection.
        query.push(" AND +i.connection = ").push_bind(connection.clone());
    }
    if let Some(kind) = filter.kind {
        query.push(" AND i.object_kind = ").push_bind(kind.code());
    }
    if let Some(id) = &filter.object_id {
        query.push(" AND (i.object_id = ").push_bind(id.clone());
        query.push(" OR c.object_id = ").push_bind(id.clone());
        query.push(" OR r.object_id = ").push_bind(id.clone());
        if filter.with_clients {
            query.push(" OR i.organisation_id = ").push_bind(id.clone());
        }
        query.push(")");
    }
    if let Some(id) = &filter.request_id {
        query.push(" AND (i.request_id = ").push_bind(id.clone());
        query.push(" OR c.partner_request_id = ").push_bind(id.clone()).push(")");
    }
    if let Some(session) = &filter.session {
        query.push(" AND i.session = ").push_bind(session.clone());
    }
    if let Some(field) = &filter.field {
        query.push(" AND EXISTS (SELECT 1 FROM json_each(i.changes) WHERE value ->> 'field' = ");
        query.push_bind(field.clone()).push(")");
    }
    let (from, before) = filter.between;
    if let Some(from) = from {
        query.push(" AND i.intended_at >= ").push_bind(rfc3339(from));
    }
    if let Some(before) = before {
        query.push(" AND i.intended_at < ").push_bind(rfc3339(before));
    }
    if let Some(outcome) = filter.outcome {
        query.push(" AND ").push(OUTCOME).push(" = ").push_bind(outcome.code());
    }
    if let Some(action) = filter.action {
        query.push(" AND i.action = ").push_bind(action.code());
    }
    if let Some(group) = filter.group {
        let mut actions = query.push(" AND i.action IN (").separated(", ");
        for action in group.actions() {
            actions.push_bind(action.code());
        }
        query.push(")");
    }
    if filter.is_open {
        query.push(" AND i.id IN (SELECT intent_id FROM audit_open_observations)");
    }
}
