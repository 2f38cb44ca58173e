//! What readiness asks the log: the rules that are silenced now, and clients of which nothing was changed since the sandbox.

use sqlx::postgres::PgPool;
use sqlx::{Postgres, QueryBuilder};

use crate::domain::object::ObjectKind;
use crate::domain::readiness::SilencedRule;
use crate::server::storage::StorageError;
use crate::server::storage::null_character::text;
use crate::server::storage::rows::audit::SilencedRow;

/// Those of a connection, or of one object of it, by rule.
pub(super) async fn silenced(
    pool: &PgPool,
    connection: &str,
    object: Option<(ObjectKind, &str)>,
) -> Result<Vec<SilencedRule>, StorageError> {
    let mut query = QueryBuilder::<Postgres>::new(
        "SELECT object_kind, object_id, rule, reason, silenced_at, intent_id,
             EXISTS (SELECT 1 FROM audit_intents WHERE id = intent_id) AS is_kept
         FROM audit_silenced_rules WHERE connection = ",
    );
    query.push_bind(text(connection).into_owned());
    if let Some((kind, id)) = object {
        query.push(" AND object_kind = ").push_bind(kind.code());
        query.push(" AND md5(object_id) = md5(").push_bind(text(id).into_owned()).push(")");
    }
    query.push(" ORDER BY object_kind, object_id, rule");
    let rows: Vec<SilencedRow> = query.build_query_as().fetch_all(pool).await?;
    rows.into_iter().map(SilencedRow::into_rule).collect()
}

/// The IDs of the clients of a connection of which nothing was changed when they were turned into production clients, nor since;
/// all of them, or only the one with this ID.
pub(super) async fn unchanged_since_sandbox(
    pool: &PgPool,
    connection: &str,
    id: Option<&str>,
) -> Result<Vec<String>, StorageError> {
    let ids = sqlx::query_scalar(
        "SELECT object_id FROM audit_promoted_clients
         WHERE connection = $1 AND ($2::text IS NULL OR md5(object_id) = md5($2)) AND is_unchanged ORDER BY object_id",
    );
    Ok(ids.bind(text(connection)).bind(id.map(text)).fetch_all(pool).await?)
}
