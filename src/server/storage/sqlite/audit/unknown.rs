//! Entries whose outcome is not known, and what the log knows of an object: what settling them needs.

use sqlx::sqlite::SqlitePool;
use sqlx::{QueryBuilder, Sqlite};
use time::OffsetDateTime;

use crate::domain::audit::AuditEntry;
use crate::domain::time_format::rfc3339;
use crate::server::storage::StorageError;
use crate::server::storage::rows::audit::{COLUMNS, EntryRow, FROM, OUTCOME};

/// Whether an entry is among those whose outcome is not known.
const IS_UNKNOWN: &str = " i.id IN (SELECT intent_id FROM audit_unknown_outcomes)";

/// The entries after `id` whose outcome is not known, the oldest first, at most `limit`. One that cannot be read is
/// left out, so that it does not hide those after it.
pub(super) async fn entries(pool: &SqlitePool, id: i64, limit: u32) -> Result<Vec<AuditEntry>, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(COLUMNS);
    query.push(FROM).push(" WHERE").push(IS_UNKNOWN).push(" AND i.id > ").push_bind(id);
    query.push(" ORDER BY i.id LIMIT ").push_bind(limit);
    let rows: Vec<EntryRow> = query.build_query_as().fetch_all(pool).await?;
    let readable = rows.into_iter().filter_map(|row| {
        let read = row.into_entry();
        read.inspect_err(|error| tracing::error!(%error, "an entry of the audit log cannot be settled")).ok()
    });
    Ok(readable.collect())
}

/// How many changes there are whose outcome is not known, and which began before `until`. A check or a test message changes nothing.
pub(super) async fn count(pool: &SqlitePool, until: OffsetDateTime) -> Result<u64, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM audit_intents AS i WHERE");
    query.push(IS_UNKNOWN).push(" AND i.action IN ('create', 'update') AND i.intended_at < ").push_bind(rfc3339(until));
    let count: i64 = query.build_query_scalar().fetch_one(pool).await?;
    Ok(count.unsigned_abs())
}

/// Whether a later entry is about the same object and may have changed it: then the object as it is now says
/// nothing of this one.
pub(super) async fn is_superseded(pool: &SqlitePool, entry: &AuditEntry) -> Result<bool, StorageError> {
    let target = &entry.intent.target;
    let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*)");
    query.push(FROM).push(" WHERE i.id > ").push_bind(entry.id);
    query.push(" AND i.connection = ").push_bind(target.connection_name().to_owned());
    query.push(" AND i.object_kind = ").push_bind(target.kind.code());
    query.push(" AND i.object_id = ").push_bind(target.id.clone());
    // The others change nothing of it.
    query
        .push(" AND i.action IN ('create', 'update', 'observed') AND ")
        .push(OUTCOME)
        .push(" IN ('applied', 'unknown')");
    is_any(pool, query).await
}

/// Whether an object has another origin than an entry about one of its kind: an earlier entry speaks of it, or another
/// creation made it.
pub(super) async fn has_other_origin(
    pool: &SqlitePool,
    entry: &AuditEntry,
    object_id: &str,
) -> Result<bool, StorageError> {
    is_any(pool, other_origins(entry, object_id)).await
}

/// Counts the other origins of an object.
fn other_origins(entry: &AuditEntry, object_id: &str) -> QueryBuilder<Sqlite> {
    let (id, target) = (entry.id, &entry.intent.target);
    let connection = target.connection_name();
    // Not by the index that begins with the connection: most entries may be of one.
    let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM audit_intents AS i WHERE +i.connection = ");
    query.push_bind(connection.to_owned()).push(" AND i.id IN (");
    // Each of them has an index.
    query.push("SELECT id FROM audit_intents WHERE connection = ").push_bind(connection.to_owned());
    query.push(" AND object_kind = ").push_bind(target.kind.code());
    query.push(" AND object_id = ").push_bind(object_id.to_owned());
    query.push(" UNION SELECT intent_id FROM audit_completions WHERE object_id = ").push_bind(object_id.to_owned());
    query.push(" UNION SELECT intent_id FROM audit_resolutions WHERE object_id = ").push_bind(object_id.to_owned());
    query.push(") AND i.id <> ").push_bind(id).push(" AND (i.id < ").push_bind(id).push(" OR i.action = 'create')");
    query
}

/// Whether a later entry is about an object that had this name: it may be the one that an earlier entry created, and
/// be called otherwise by now.
pub(super) async fn is_named_later(pool: &SqlitePool, entry: &AuditEntry) -> Result<bool, StorageError> {
    let target = &entry.intent.target;
    let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*)");
    query.push(FROM).push(" WHERE i.id > ").push_bind(entry.id);
    // Few entries are later, and many are of the connection: its index is of no use.
    query.push(" AND i.action = 'update' AND +i.connection = ").push_bind(target.connection_name().to_owned());
    query.push(" AND i.object_kind = ").push_bind(target.kind.code());
    query.push(" AND i.object_name = ").push_bind(target.name.clone());
    is_any(pool, query).await
}

async fn is_any(pool: &SqlitePool, mut query: QueryBuilder<Sqlite>) -> Result<bool, StorageError> {
    let count: i64 = query.build_query_scalar().fetch_one(pool).await?;
    Ok(count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::{Action, Actor, AuditedKind, Intent, Target};
    use crate::domain::connection::Environment;
    use crate::domain::object::ObjectKind;
    use crate::server::storage::sqlite;

    #[tokio::test]
    async fn the_origins_of_an_object_are_looked_up_and_not_searched_for_among_all_entries() {
        let directory = tempfile::tempdir().unwrap();
        let pool = sqlite::open(&format!("sqlite:{}", directory.path().join("audit.db").display())).await.unwrap();
        let kind = AuditedKind::Object(ObjectKind::Organisation);
        let target = Target { kind, ..Target::of_connection("sandbox", Environment::Sandbox) };
        let intent = Intent::event(Action::Create, Actor::nobody("nobody"), target, "r-1");
        let entry = AuditEntry {
            id: 2,
            intent,
            intended_at: OffsetDateTime::UNIX_EPOCH,
            completed_at: None,
            completion: None,
            resolution: None,
        };
        let plan = format!("EXPLAIN QUERY PLAN {}", other_origins(&entry, "x").sql().as_str());
        let steps: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(plan)).fetch_all(&pool).await.unwrap();
        let steps: Vec<_> = steps.into_iter().map(|(.., step)| step).collect();
        assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{steps:?}");
        let searches: Vec<_> = steps.iter().filter(|step| step.starts_with("SEARCH")).collect();
        assert!(searches.iter().all(|step| step.contains("object_id=?") || step.contains("rowid=?")), "{searches:?}");
        assert_eq!(searches.len(), 4, "{steps:?}");
    }
}
