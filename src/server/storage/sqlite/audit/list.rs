//! Reading the log: one entry, some by their numbers, and those that a filter lets through.

use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{FromRow as _, QueryBuilder, Row as _, Sqlite};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::audit::{AuditEntry, AuditFilter};
use crate::domain::time_format::rfc3339;
use crate::server::storage::StorageError;
use crate::server::storage::audit_text::{EntryText, SearchText};
use crate::server::storage::rows::audit::{COLUMNS, EntryRow, FROM, OUTCOME};

/// One entry; `None` when there is no such number.
pub(super) async fn entry(pool: &SqlitePool, id: i64) -> Result<Option<AuditEntry>, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(COLUMNS);
    query.push(FROM).push(" WHERE i.id = ").push_bind(id);
    let row: Option<EntryRow> = query.build_query_as().fetch_optional(pool).await?;
    row.map(EntryRow::into_entry).transpose()
}

/// Entries by their numbers, newest first.
pub(super) async fn entries(pool: &SqlitePool, ids: &[i64]) -> Result<Vec<AuditEntry>, StorageError> {
    by_number(pool, ids).await?.into_iter().collect()
}

/// The same without those that cannot be read.
pub(super) async fn readable(pool: &SqlitePool, ids: &[i64]) -> Result<Vec<AuditEntry>, StorageError> {
    let entries = by_number(pool, ids).await?.into_iter();
    Ok(entries.filter_map(|entry| entry.inspect_err(|error| tracing::warn!(%error)).ok()).collect())
}

/// What each row says, so that one that cannot be read hides no other.
async fn by_number(pool: &SqlitePool, ids: &[i64]) -> Result<Vec<Result<AuditEntry, StorageError>>, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(COLUMNS);
    query.push(FROM).push(" WHERE ");
    push_among(&mut query, ids)?;
    query.push(" ORDER BY i.id DESC");
    let read = |row: &SqliteRow| {
        let id: i64 = row.try_get("id")?;
        let read = EntryRow::from_row(row).map_err(|_| StorageError::CorruptEntry { id, what: "a column" });
        read?.into_entry()
    };
    Ok(query.build().fetch_all(pool).await?.iter().map(read).collect())
}

/// The entries of the leaves from one on, at most so many leaves.
pub(super) async fn entries_since(pool: &SqlitePool, leaf: i64, limit: i64) -> Result<Vec<i64>, StorageError> {
    let ids = sqlx::query_scalar("SELECT entry_id FROM audit_leaves WHERE sequence >= ? ORDER BY sequence LIMIT ?");
    Ok(ids.bind(leaf).bind(limit).fetch_all(pool).await?)
}

/// When an entry was recorded, or the next one where it is gone.
pub(super) async fn recorded_at(pool: &SqlitePool, id: i64) -> Result<Option<OffsetDateTime>, StorageError> {
    let at = sqlx::query_scalar("SELECT intended_at FROM audit_intents WHERE id >= ? ORDER BY id LIMIT 1").bind(id);
    let at: Option<String> = at.fetch_optional(pool).await?;
    let corrupt = |_| StorageError::CorruptEntry { id, what: "a time" };
    at.map(|at| OffsetDateTime::parse(&at, &Rfc3339)).transpose().map_err(corrupt)
}

/// Where to look for entries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window<'a> {
    /// The lowest number.
    pub(super) low: i64,
    /// The highest number.
    pub(super) high: i64,
    /// These alone.
    pub(super) among: Option<&'a [i64]>,
    /// In which direction.
    pub(super) newest_first: bool,
}

/// The numbers of those entries that a filter lets through.
pub(super) async fn passing(pool: &SqlitePool, filter: &AuditFilter, ids: &[i64]) -> Result<Vec<i64>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::<Sqlite>::new("SELECT i.id");
    query.push(FROM);
    push_filter(&mut query, filter);
    query.push(" AND ");
    push_among(&mut query, ids)?;
    Ok(query.build_query_scalar().fetch_all(pool).await?)
}

/// The numbers of entries in a window that a filter lets through, at most so many.
pub(super) async fn ids_in(
    pool: &SqlitePool,
    filter: &AuditFilter,
    window: &Window<'_>,
    most: usize,
) -> Result<Vec<i64>, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT i.id");
    push_window(&mut query, filter, window, most)?;
    Ok(query.build_query_scalar().fetch_all(pool).await?)
}

/// The entries in a window that a filter lets through, whatever their text is, at most so many.
pub(super) async fn rows_in(
    pool: &SqlitePool,
    filter: &AuditFilter,
    window: &Window<'_>,
    most: usize,
) -> Result<Vec<AuditEntry>, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(COLUMNS);
    push_window(&mut query, filter, window, most)?;
    let rows: Vec<EntryRow> = query.build_query_as().fetch_all(pool).await?;
    rows.into_iter().map(EntryRow::into_entry).collect()
}

/// The entries after `id` that a filter lets through, the oldest first, at most `limit`.
pub(super) async fn after(
    pool: &SqlitePool,
    filter: &AuditFilter,
    id: i64,
    limit: usize,
) -> Result<Vec<AuditEntry>, StorageError> {
    let text = SearchText::parse(filter.text.as_deref().unwrap_or_default());
    let low = id.saturating_add(1);
    let (mut window, mut found) = (Window { low, high: i64::MAX, among: None, newest_first: false }, Vec::new());
    loop {
        let entries = rows_in(pool, filter, &window, limit).await?;
        let next = entries.last().filter(|_| entries.len() == limit).map(|last| last.id.saturating_add(1));
        found.extend(entries.into_iter().filter(|entry| text.terms.is_empty() || text.matches(&EntryText::of(entry))));
        // What is found of a text may be little: then the next rows are looked at too.
        match next {
            Some(low) if found.is_empty() => window.low = low,
            _ => return Ok(found),
        }
    }
}

fn push_window(
    query: &mut QueryBuilder<Sqlite>,
    filter: &AuditFilter,
    window: &Window<'_>,
    most: usize,
) -> Result<(), StorageError> {
    query.push(FROM);
    push_filter(query, filter);
    query.push(" AND i.id >= ").push_bind(window.low).push(" AND i.id <= ").push_bind(window.high);
    if let Some(ids) = window.among {
        query.push(" AND ");
        push_among(query, ids)?;
    }
    query.push(if window.newest_first { " ORDER BY i.id DESC LIMIT " } else { " ORDER BY i.id LIMIT " });
    query.push_bind(i64::try_from(most).unwrap_or(i64::MAX));
    Ok(())
}

fn push_among(query: &mut QueryBuilder<Sqlite>, ids: &[i64]) -> Result<(), StorageError> {
    query.push("i.id IN (SELECT value FROM json_each(").push_bind(serde_json::to_string(ids)?).push("))");
    Ok(())
}

fn push_filter(query: &mut QueryBuilder<Sqlite>, filter: &AuditFilter) {
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
