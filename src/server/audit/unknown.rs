//! Entries whose outcome is not known, and what the log knows of an object: what settling them needs.

use sqlx::{QueryBuilder, Sqlite};
use time::OffsetDateTime;

use super::error::AuditError;
use super::list::{COLUMNS, FROM, OUTCOME};
use super::log::AuditLog;
use super::row::EntryRow;
use crate::domain::audit::AuditEntry;
use crate::domain::moment::machine;

impl AuditLog {
    /// The entries whose outcome is not known, the oldest first, at most `limit`. Those that began after `until` may
    /// still be under way.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn unknown(&self, until: OffsetDateTime, limit: u32) -> Result<Vec<AuditEntry>, AuditError> {
        let mut query = QueryBuilder::<Sqlite>::new(COLUMNS);
        push_unknown(&mut query, until);
        query.push(" ORDER BY i.id LIMIT ").push_bind(limit);
        let rows: Vec<EntryRow> = query.build_query_as().fetch_all(&self.pool).await?;
        rows.into_iter().map(EntryRow::into_entry).collect()
    }

    /// How many entries there are whose outcome is not known, and which began before `until`.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn count_unknown(&self, until: OffsetDateTime) -> Result<u64, AuditError> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*)");
        push_unknown(&mut query, until);
        let count: i64 = query.build_query_scalar().fetch_one(&self.pool).await?;
        Ok(count.unsigned_abs())
    }

    /// Whether another entry than `id` is about this object of a connection.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn knows(&self, connection: &str, object_id: &str, id: i64) -> Result<bool, AuditError> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*)");
        query.push(FROM).push(" WHERE i.connection = ").push_bind(connection.to_owned());
        query.push(" AND i.id <> ").push_bind(id);
        query.push(" AND ").push_bind(object_id.to_owned()).push(" IN (i.object_id, c.object_id, r.object_id)");
        let count: i64 = query.build_query_scalar().fetch_one(&self.pool).await?;
        Ok(count > 0)
    }
}

fn push_unknown(query: &mut QueryBuilder<Sqlite>, until: OffsetDateTime) {
    query.push(FROM).push(" WHERE i.intended_at < ").push_bind(machine(until));
    query.push(" AND ").push(OUTCOME).push(" = 'unknown'");
}
