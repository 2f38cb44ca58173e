//! Observed changes that nobody has answered yet, and the answers of those that somebody has.

use sqlx::postgres::PgPool;
use sqlx::{Postgres, QueryBuilder};

use crate::domain::audit::AuditEntry;
use crate::server::storage::null_character::text;
use crate::server::storage::rows::audit::{COLUMNS, EntryRow, FROM, OUTCOME};
use crate::server::storage::{OpenObservations, StorageError};

/// The observed entries that nobody has answered yet, the newest first, at most `limit`; and how many there are.
pub(super) async fn open(
    pool: &PgPool,
    sought: &OpenObservations,
    limit: u32,
) -> Result<(Vec<AuditEntry>, u64), StorageError> {
    let mut query = QueryBuilder::<Postgres>::new("SELECT count(*) FROM audit_open_observations AS o");
    push_sought(&mut query, sought);
    let count: i64 = query.build_query_scalar().fetch_one(pool).await?;
    if count == 0 || limit == 0 {
        return Ok((Vec::new(), count.unsigned_abs()));
    }
    let mut query = QueryBuilder::<Postgres>::new(COLUMNS);
    query.push(FROM).push(" WHERE i.id IN (SELECT o.intent_id FROM audit_open_observations AS o");
    push_sought(&mut query, sought);
    query.push(" ORDER BY o.intent_id DESC LIMIT ").push_bind(i64::from(limit)).push(") ORDER BY i.id DESC");
    let rows: Vec<EntryRow> = query.build_query_as().fetch_all(pool).await?;
    let entries = rows.into_iter().map(EntryRow::into_entry).collect::<Result<_, _>>()?;
    Ok((entries, count.unsigned_abs()))
}

fn push_sought(query: &mut QueryBuilder<Postgres>, sought: &OpenObservations) {
    query.push(" WHERE o.connection = ").push_bind(text(&sought.connection).into_owned());
    if let Some((kind, id)) = &sought.object {
        query.push(" AND o.object_kind = ").push_bind(kind.code());
        query.push(" AND o.object_id = ").push_bind(text(id).into_owned());
    }
    if let Some(until) = sought.until {
        query.push(" AND o.intent_id <= ").push_bind(until);
    }
    if let Some(within) = &sought.within {
        let places: Vec<String> = within.iter().map(|place| text(place).into_owned()).collect();
        query.push(" AND o.place = ANY(").push_bind(places).push(")");
    }
}

/// The first entry that answered an observed one: an acceptance, or a change that was applied.
pub(super) async fn answer(pool: &PgPool, observed: &AuditEntry) -> Result<Option<AuditEntry>, StorageError> {
    let target = &observed.intent.target;
    let mut query = QueryBuilder::<Postgres>::new(COLUMNS);
    query.push(FROM).push(" WHERE i.connection = ").push_bind(target.connection_name().to_owned());
    query.push(" AND i.object_kind = ").push_bind(target.kind.code());
    query.push(" AND i.object_id = ").push_bind(target.id.as_deref().map(|id| text(id).into_owned()));
    query.push(" AND i.id > ").push_bind(observed.id).push(" AND i.answers >= ").push_bind(observed.id);
    query.push(" AND ").push(OUTCOME).push(" = 'applied' ORDER BY i.id LIMIT 1");
    let row: Option<EntryRow> = query.build_query_as().fetch_optional(pool).await?;
    row.map(EntryRow::into_entry).transpose()
}
