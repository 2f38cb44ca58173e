//! Reading the log: one entry, some by their numbers, and what a filter asks.

use sqlx::postgres::{PgExecutor, PgPool, PgRow};
use sqlx::{FromRow as _, Postgres, QueryBuilder, Row as _};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::tokens;
use crate::domain::audit::{AuditEntry, AuditFilter};
use crate::domain::time_format::rfc3339;
use crate::server::storage::StorageError;
use crate::server::storage::audit_text::{SearchText, Term};
use crate::server::storage::null_character::text;
use crate::server::storage::rows::audit::{COLUMNS, EntryRow, FROM, OUTCOME};

/// One entry; `None` when there is no such number.
pub(super) async fn entry(database: impl PgExecutor<'_>, id: i64) -> Result<Option<AuditEntry>, StorageError> {
    let mut query = QueryBuilder::<Postgres>::new(COLUMNS);
    query.push(FROM).push(" WHERE i.id = ").push_bind(id);
    let row: Option<EntryRow> = query.build_query_as().fetch_optional(database).await?;
    row.map(EntryRow::into_entry).transpose()
}

/// Entries by their numbers, newest first.
pub(super) async fn entries(database: impl PgExecutor<'_>, ids: &[i64]) -> Result<Vec<AuditEntry>, StorageError> {
    let mut query = QueryBuilder::<Postgres>::new(COLUMNS);
    query.push(FROM).push(" WHERE i.id = ANY(").push_bind(ids.to_vec()).push(") ORDER BY i.id DESC");
    let read = |row: &PgRow| {
        let id: i64 = row.try_get("id")?;
        let read = EntryRow::from_row(row).map_err(|_| StorageError::CorruptEntry { id, what: "a column" });
        read?.into_entry()
    };
    query.build().fetch_all(database).await?.iter().map(read).collect()
}

/// When an entry was recorded, or the next one where it is gone.
pub(super) async fn recorded_at(pool: &PgPool, id: i64) -> Result<Option<OffsetDateTime>, StorageError> {
    let at = sqlx::query_scalar("SELECT intended_at FROM audit_intents WHERE id >= $1 ORDER BY id LIMIT 1").bind(id);
    let at: Option<String> = at.fetch_optional(pool).await?;
    let corrupt = |_| StorageError::CorruptEntry { id, what: "a time" };
    at.map(|at| OffsetDateTime::parse(&at, &Rfc3339)).transpose().map_err(corrupt)
}

/// Entries that a filter lets through among some numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// The lowest number.
    pub(super) low: i64,
    /// The highest number.
    pub(super) high: i64,
    /// In which direction.
    pub(super) newest_first: bool,
}

/// The numbers of entries in a window that a filter and a search let through, at most so many.
pub(super) async fn ids_in(
    pool: &PgPool,
    (filter, text): (&AuditFilter, &SearchText),
    window: Window,
    most: usize,
) -> Result<Vec<i64>, StorageError> {
    let mut query = QueryBuilder::<Postgres>::new("SELECT i.id");
    push_window(&mut query, filter, text, window, most);
    Ok(query.build_query_scalar().fetch_all(pool).await?)
}

/// The same entries themselves.
pub(super) async fn rows_in(
    pool: &PgPool,
    (filter, text): (&AuditFilter, &SearchText),
    window: Window,
    most: usize,
) -> Result<Vec<AuditEntry>, StorageError> {
    let mut query = QueryBuilder::<Postgres>::new(COLUMNS);
    push_window(&mut query, filter, text, window, most);
    let rows: Vec<EntryRow> = query.build_query_as().fetch_all(pool).await?;
    rows.into_iter().map(EntryRow::into_entry).collect()
}

fn push_window(
    query: &mut QueryBuilder<Postgres>,
    filter: &AuditFilter,
    text: &SearchText,
    window: Window,
    most: usize,
) {
    query.push(FROM);
    // The window bounds each table, so that none is read beside it.
    if filter.actor.is_some() || !text.terms.is_empty() {
        query.push(" JOIN audit_search AS s ON s.entry_id = i.id AND s.entry_id BETWEEN ").push_bind(window.low);
        query.push(" AND ").push_bind(window.high);
    }
    query.push(" WHERE i.id BETWEEN ").push_bind(window.low).push(" AND ").push_bind(window.high);
    for column in ["c.intent_id", "r.intent_id"] {
        query.push(" AND (").push(column).push(" IS NULL OR ").push(column).push(" BETWEEN ").push_bind(window.low);
        query.push(" AND ").push_bind(window.high).push(")");
    }
    push_object(query, filter);
    push_facts(query, filter);
    for term in &text.terms {
        push_term(query, term);
    }
    query.push(if window.newest_first { " ORDER BY i.id DESC LIMIT " } else { " ORDER BY i.id LIMIT " });
    query.push_bind(i64::try_from(most).unwrap_or(i64::MAX));
}

/// What the entry is about.
fn push_object(query: &mut QueryBuilder<Postgres>, filter: &AuditFilter) {
    if let Some(connection) = &filter.connection {
        query.push(" AND i.connection = ").push_bind(text(connection).into_owned());
    }
    if let Some(kind) = filter.kind {
        query.push(" AND i.object_kind = ").push_bind(kind.code());
    }
    if let Some(id) = filter.object_id.as_deref().map(text) {
        query.push(" AND (i.object_id = ").push_bind(id.to_string());
        query.push(" OR c.object_id = ").push_bind(id.to_string());
        query.push(" OR r.object_id = ").push_bind(id.to_string());
        if filter.with_clients {
            query.push(" OR i.organisation_id = ").push_bind(id.to_string());
        }
        query.push(")");
    }
    if let Some(field) = &filter.field {
        query.push(
            " AND EXISTS (SELECT 1 FROM json_array_elements(i.changes::json) AS change WHERE change ->> 'field' = ",
        );
        query.push_bind(text(field).into_owned()).push(")");
    }
    if filter.is_open {
        query.push(" AND i.id IN (SELECT intent_id FROM audit_open_observations)");
    }
}

/// Who did what, when, and what came of it.
fn push_facts(query: &mut QueryBuilder<Postgres>, filter: &AuditFilter) {
    if let Some(id) = filter.request_id.as_deref().map(text) {
        query.push(" AND (i.request_id = ").push_bind(id.to_string());
        query.push(" OR c.partner_request_id = ").push_bind(id.to_string()).push(")");
    }
    if let Some(session) = &filter.session {
        query.push(" AND i.session = ").push_bind(text(session).into_owned());
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
        let actions: Vec<String> = group.actions().map(|action| action.code().to_owned()).collect();
        query.push(" AND i.action = ANY(").push_bind(actions).push(")");
    }
    if let Some(actor) = &filter.actor {
        query.push(" AND position(").push_bind(text(&actor.to_lowercase()).into_owned()).push(" IN s.actor) > 0");
    }
}

/// What an entry has to be found by. That words follow each other is for whoever reads it to see.
fn push_term(query: &mut QueryBuilder<Postgres>, term: &Term) {
    let words = match term {
        Term::Plain { words, .. } | Term::Phrase(words) => words,
    };
    query.push(" AND (");
    if words.is_empty() {
        query.push("false");
    } else {
        query.push("s.tokens @> ").push_bind(words.clone());
    }
    if let Term::Plain { id, .. } = term {
        query.push(" OR s.tokens && ").push_bind(vec![tokens::id(id), tokens::organisation(id)]);
    }
    query.push(")");
}
