//! The readiness rules that are silenced now.

use sqlx::sqlite::SqlitePool;
use sqlx::{QueryBuilder, Sqlite};

use crate::domain::object::ObjectKind;
use crate::domain::readiness::SilencedRule;
use crate::server::storage::StorageError;
use crate::server::storage::rows::audit::SilencedRow;

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
    rows.into_iter().map(SilencedRow::into_rule).collect()
}
