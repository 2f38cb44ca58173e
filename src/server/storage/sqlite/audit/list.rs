//! Reading the log: one entry, and pages of entries, newest first.

use sqlx::sqlite::SqlitePool;
use sqlx::{QueryBuilder, Sqlite};

use super::row::EntryRow;
use crate::domain::audit::{AuditEntry, AuditFilter};
use crate::domain::page::{Page, last_page};
use crate::domain::time_format::rfc3339;
use crate::server::storage::StorageError;

pub(super) const FROM: &str = " FROM audit_intents AS i LEFT JOIN audit_completions AS c ON c.intent_id = i.id
     LEFT JOIN audit_resolutions AS r ON r.intent_id = i.id";
/// What an entry's outcome is known to be. What is complete when it is written has no completion: see
/// `Action::outcome_when_written`.
pub(super) const OUTCOME: &str = "CASE WHEN i.action IN ('observed', 'accept', 'new_fields', 'secret_shown', 'sign_in',
         'sign_out', 'session_ended', 'export', 'configuration_loaded', 'retention', 'erasure', 'backup', 'log_continued') THEN 'applied'
     WHEN i.action IN ('sign_in_refused', 'permission_refused') THEN 'refused'
     ELSE coalesce(nullif(c.outcome, 'unknown'), r.outcome, 'unknown') END";
pub(super) const COLUMNS: &str = "SELECT i.*, c.completed_at, c.outcome, c.http_status, c.partner_request_id,
     c.object_id AS created_id, c.detail, c.duration_ms, r.resolved_at, r.outcome AS resolved_outcome,
     r.object_id AS found_id, r.detail AS resolved_detail";

/// One entry; `None` when there is no such number.
pub(super) async fn entry(pool: &SqlitePool, id: i64) -> Result<Option<AuditEntry>, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(COLUMNS);
    query.push(FROM).push(" WHERE i.id = ").push_bind(id);
    let row: Option<EntryRow> = query.build_query_as().fetch_optional(pool).await?;
    row.map(EntryRow::into_entry).transpose()
}

/// One page of the entries that a filter lets through, newest first.
pub(super) async fn page(
    pool: &SqlitePool,
    filter: &AuditFilter,
    number: u32,
    size: u32,
) -> Result<Page<AuditEntry>, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*)");
    query.push(FROM);
    push_filter(&mut query, filter);
    let total: i64 = query.build_query_scalar().fetch_one(pool).await?;
    let total = total.unsigned_abs();
    let number = number.clamp(1, last_page(total, size));

    let mut query = QueryBuilder::<Sqlite>::new(COLUMNS);
    query.push(FROM);
    push_filter(&mut query, filter);
    query.push(" ORDER BY i.id DESC LIMIT ").push_bind(size);
    query.push(" OFFSET ").push_bind(i64::from(number - 1) * i64::from(size));
    let rows: Vec<EntryRow> = query.build_query_as().fetch_all(pool).await?;
    let items = rows.into_iter().map(EntryRow::into_entry).collect::<Result<_, _>>()?;
    Ok(Page { items, number, size, total })
}

/// The entries after `id` that a filter lets through, the oldest first, at most `limit`.
pub(super) async fn after(
    pool: &SqlitePool,
    filter: &AuditFilter,
    id: i64,
    limit: u32,
) -> Result<Vec<AuditEntry>, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(COLUMNS);
    query.push(FROM);
    push_filter(&mut query, filter);
    query.push(" AND i.id > ").push_bind(id).push(" ORDER BY i.id LIMIT ").push_bind(limit);
    let rows: Vec<EntryRow> = query.build_query_as().fetch_all(pool).await?;
    rows.into_iter().map(EntryRow::into_entry).collect()
}

fn push_filter(query: &mut QueryBuilder<Sqlite>, filter: &AuditFilter) {
    query.push(" WHERE true");
    if let Some(connection) = &filter.connection {
        query.push(" AND i.connection = ").push_bind(connection.clone());
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
    if let Some(actor) = &filter.actor {
        query.push(" AND instr(lower(i.actor_subject || ' ' || i.actor_name || ' ' || coalesce(i.actor_email, '')), ");
        query.push_bind(actor.to_lowercase()).push(") > 0");
    }
}

#[cfg(test)]
mod tests {
    use sqlx::QueryBuilder;
    use sqlx::sqlite::SqlitePool;

    use super::OUTCOME;
    use crate::domain::audit::{Action, Outcome};

    #[tokio::test]
    async fn the_outcome_of_an_entry_is_the_same_here_and_in_the_domain() {
        let pool = SqlitePool::connect("sqlite::memory:").await.unwrap();
        for action in Action::ALL {
            let mut query = QueryBuilder::new("SELECT ");
            query.push(OUTCOME).push(" FROM (SELECT ").push_bind(action.code());
            query.push(" AS action) AS i, (SELECT NULL AS outcome) AS c, (SELECT NULL AS outcome) AS r");
            let outcome: String = query.build_query_scalar().fetch_one(&pool).await.unwrap();
            let expected = action.outcome_when_written().unwrap_or(Outcome::Unknown);
            assert_eq!(outcome, expected.code(), "{}", action.code());
        }
    }
}
