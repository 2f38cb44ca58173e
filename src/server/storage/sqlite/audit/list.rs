//! Reading the log: one entry, some by their numbers, and those that a filter lets through.

use futures::TryStreamExt as _;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{FromRow, QueryBuilder, Row as _, Sqlite};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::filter::{push_among, push_filter};
use crate::domain::audit::{Actor, AuditEntry, AuditFilter};
use crate::server::storage::StorageError;
use crate::server::storage::audit_text::{Sought, person};
use crate::server::storage::rows::audit::{COLUMNS, EntryRow, FROM};

/// The numbers of entries, with who acted.
const IDS: &str = "SELECT i.id, i.actor_subject, i.actor_name, i.actor_email";

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
    let mut query = QueryBuilder::<Sqlite>::new(IDS);
    query.push(FROM);
    push_filter(&mut query, filter);
    query.push(" AND ");
    push_among(&mut query, ids)?;
    ids_of(by_person(pool, &mut query, filter, usize::MAX).await)
}

/// The numbers of entries in a window that a filter lets through, at most so many.
pub(super) async fn ids_in(
    pool: &SqlitePool,
    filter: &AuditFilter,
    window: &Window<'_>,
    most: usize,
) -> Result<Vec<i64>, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(IDS);
    push_window(&mut query, filter, window, most)?;
    ids_of(by_person(pool, &mut query, filter, most).await)
}

fn ids_of(rows: Result<Vec<(i64,)>, StorageError>) -> Result<Vec<i64>, StorageError> {
    Ok(rows?.into_iter().map(|(id,)| id).collect())
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
    let rows: Vec<EntryRow> = by_person(pool, &mut query, filter, most).await?;
    rows.into_iter().map(EntryRow::into_entry).collect()
}

/// What a query gives, at most so many: where a filter asks for a person, the rows of those alone. That is compared here, because
/// SQLite knows the case of ASCII letters only.
async fn by_person<T>(
    pool: &SqlitePool,
    query: &mut QueryBuilder<Sqlite>,
    filter: &AuditFilter,
    most: usize,
) -> Result<Vec<T>, StorageError>
where
    T: for<'row> FromRow<'row, SqliteRow> + Send + Unpin,
{
    let Some(part) = filter.actor.as_ref().map(|part| part.to_lowercase()) else {
        return Ok(query.build_query_as().fetch_all(pool).await?);
    };
    let column = |row: &SqliteRow, name| row.try_get::<Option<String>, _>(name).ok().flatten();
    let (mut rows, mut found) = (query.build().fetch(pool), Vec::new());
    while found.len() < most
        && let Some(row) = rows.try_next().await?
    {
        let mut actor = Actor::nobody(&column(&row, "actor_name").unwrap_or_default());
        actor.subject = column(&row, "actor_subject").unwrap_or_default();
        actor.email = column(&row, "actor_email");
        if person(&actor).contains(&part) {
            found.push(T::from_row(&row)?);
        }
    }
    Ok(found)
}

/// The entries after `id` that a filter lets through, the oldest first, at most `limit`.
pub(super) async fn after(
    pool: &SqlitePool,
    filter: &AuditFilter,
    id: i64,
    limit: usize,
) -> Result<Vec<AuditEntry>, StorageError> {
    let sought = Sought::of(filter);
    let low = id.saturating_add(1);
    let (mut window, mut found) = (Window { low, high: i64::MAX, among: None, newest_first: false }, Vec::new());
    loop {
        let entries = rows_in(pool, filter, &window, limit).await?;
        let next = entries.last().filter(|_| entries.len() == limit).map(|last| last.id.saturating_add(1));
        found.extend(entries.into_iter().filter(|entry| sought.matches(entry)));
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
    // Of those who are looked for, so many are read.
    let most = if filter.actor.is_some() { usize::MAX } else { most };
    query.push_bind(i64::try_from(most).unwrap_or(i64::MAX));
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::QueryBuilder;
    use sqlx::sqlite::SqlitePool;

    use crate::domain::audit::{Action, Outcome};
    use crate::server::storage::rows::audit::OUTCOME;

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
