//! Entries whose outcome is not known, and what the log knows of an object: what settling them needs.

use sqlx::postgres::PgPool;
use sqlx::{Postgres, QueryBuilder};
use time::OffsetDateTime;

use crate::domain::audit::AuditEntry;
use crate::domain::time_format::rfc3339;
use crate::server::storage::StorageError;
use crate::server::storage::null_character::text;
use crate::server::storage::rows::audit::{COLUMNS, EntryRow, FROM, OUTCOME};

/// Whether an entry is among those whose outcome is not known.
const IS_UNKNOWN: &str = " i.id IN (SELECT intent_id FROM audit_unknown_outcomes)";

/// The entries after `id` whose outcome is not known, the oldest first, at most `limit`. One that cannot be read is
/// left out, so that it does not hide those after it.
pub(super) async fn entries(pool: &PgPool, id: i64, limit: u32) -> Result<Vec<AuditEntry>, StorageError> {
    let mut query = QueryBuilder::<Postgres>::new(COLUMNS);
    query.push(FROM).push(" WHERE").push(IS_UNKNOWN).push(" AND i.id > ").push_bind(id);
    query.push(" ORDER BY i.id LIMIT ").push_bind(i64::from(limit));
    let rows: Vec<EntryRow> = query.build_query_as().fetch_all(pool).await?;
    let readable = rows.into_iter().filter_map(|row| {
        let read = row.into_entry();
        read.inspect_err(|error| tracing::error!(%error, "an entry of the audit log cannot be settled")).ok()
    });
    Ok(readable.collect())
}

/// How many changes there are whose outcome is not known, and which began before `until`. A check or a test message changes nothing.
pub(super) async fn count(pool: &PgPool, until: OffsetDateTime) -> Result<u64, StorageError> {
    let mut query = QueryBuilder::<Postgres>::new("SELECT count(*) FROM audit_intents AS i WHERE");
    query.push(IS_UNKNOWN).push(" AND i.action IN ('create', 'update') AND i.intended_at < ").push_bind(rfc3339(until));
    let count: i64 = query.build_query_scalar().fetch_one(pool).await?;
    Ok(count.unsigned_abs())
}

/// Whether a later entry is about the same object and may have changed it: then the object as it is now says
/// nothing of this one.
pub(super) async fn is_superseded(pool: &PgPool, entry: &AuditEntry) -> Result<bool, StorageError> {
    let target = &entry.intent.target;
    let mut query = QueryBuilder::<Postgres>::new("SELECT EXISTS (SELECT 1");
    query.push(FROM).push(" WHERE i.id > ").push_bind(entry.id);
    query.push(" AND i.connection = ").push_bind(target.connection_name().to_owned());
    query.push(" AND i.object_kind = ").push_bind(target.kind.code());
    query.push(" AND i.object_id = ").push_bind(target.id.as_deref().map(|id| text(id).into_owned()));
    // The others change nothing of it.
    query
        .push(" AND i.action IN ('create', 'update', 'observed') AND ")
        .push(OUTCOME)
        .push(" IN ('applied', 'unknown'))");
    Ok(query.build_query_scalar().fetch_one(pool).await?)
}

/// Whether an object has another origin than an entry about one of its kind: an earlier entry speaks of it, or another
/// creation made it.
pub(super) async fn has_other_origin(pool: &PgPool, entry: &AuditEntry, object_id: &str) -> Result<bool, StorageError> {
    let target = &entry.intent.target;
    let found = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM audit_intents AS i WHERE i.connection = $1 AND i.id IN (
             SELECT id FROM audit_intents WHERE connection = $1 AND object_kind = $2 AND object_id = $3
             UNION SELECT intent_id FROM audit_completions WHERE object_id = $3
             UNION SELECT intent_id FROM audit_resolutions WHERE object_id = $3
         ) AND i.id <> $4 AND (i.id < $4 OR i.action = 'create'))",
    );
    let found = found.bind(target.connection_name()).bind(target.kind.code()).bind(text(object_id)).bind(entry.id);
    Ok(found.fetch_one(pool).await?)
}

/// Whether a later entry is about an object that had this name: it may be the one that an earlier entry created, and
/// be called otherwise by now.
pub(super) async fn is_named_later(pool: &PgPool, entry: &AuditEntry) -> Result<bool, StorageError> {
    let target = &entry.intent.target;
    let found = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM audit_intents WHERE id > $1 AND action = 'update' AND connection = $2
             AND object_kind = $3 AND object_name = $4)",
    );
    let found = found.bind(entry.id).bind(target.connection_name()).bind(target.kind.code()).bind(text(&target.name));
    Ok(found.fetch_one(pool).await?)
}
