//! The readiness rules that are silenced now.

use sqlx::sqlite::SqlitePool;
use sqlx::{FromRow, QueryBuilder, Sqlite};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::object::ObjectKind;
use crate::domain::readiness::SilencedRule;
use crate::server::storage::StorageError;

#[derive(FromRow)]
struct SilencedRow {
    object_kind: String,
    object_id: String,
    rule: String,
    reason: String,
    silenced_at: String,
    intent_id: i64,
    is_kept: bool,
}

/// Those of a connection, or of one object of it, by rule.
pub(super) async fn silenced(
    pool: &SqlitePool,
    connection: &str,
    object: Option<(ObjectKind, &str)>,
) -> Result<Vec<SilencedRule>, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT object_kind, object_id, rule, reason, silenced_at, intent_id,
             EXISTS (SELECT 1 FROM audit_intents WHERE id = intent_id) AS is_kept
         FROM audit_silenced_rules WHERE connection = ",
    );
    query.push_bind(connection.to_owned());
    if let Some((kind, id)) = object {
        query.push(" AND object_kind = ").push_bind(kind.code()).push(" AND object_id = ").push_bind(id.to_owned());
    }
    query.push(" ORDER BY object_kind, object_id, rule");
    let rows: Vec<SilencedRow> = query.build_query_as().fetch_all(pool).await?;
    rows.into_iter().map(rule).collect()
}

fn rule(row: SilencedRow) -> Result<SilencedRule, StorageError> {
    let SilencedRow { object_kind, object_id, rule, reason, silenced_at, intent_id, is_kept } = row;
    let corrupt = |what| StorageError::CorruptEntry { id: intent_id, what };
    let kind = ObjectKind::from_code(&object_kind).ok_or_else(|| corrupt("a kind of object"))?;
    let silenced_at = OffsetDateTime::parse(&silenced_at, &Rfc3339).map_err(|_| corrupt("a time"))?;
    Ok(SilencedRule { kind, object_id, rule, reason, silenced_at, entry: is_kept.then_some(intent_id) })
}
