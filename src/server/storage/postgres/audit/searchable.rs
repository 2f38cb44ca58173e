//! What lists search in, written with the records.

use sqlx::postgres::PgConnection;
use sqlx::{Postgres, QueryBuilder};

use super::{list, tokens};
use crate::domain::audit::AuditEntry;
use crate::server::storage::StorageError;

/// Entries that are read at once where all are.
const AT_ONCE: i64 = 500;

/// Lets new entries be found.
pub(super) async fn add(database: &mut PgConnection, entries: &[AuditEntry]) -> Result<(), sqlx::Error> {
    let mut query = QueryBuilder::<Postgres>::new("INSERT INTO audit_search (entry_id, actor, tokens) ");
    query.push_values(entries, |mut values, entry| {
        values.push_bind(entry.id).push_bind(tokens::actor(&entry.intent.actor)).push_bind(tokens::of(entry));
    });
    query.build().execute(database).await.map(drop)
}

/// Lets all entries of a log be found that was carried over from another database.
pub(in crate::server::storage) async fn find_all(database: &mut PgConnection) -> Result<(), StorageError> {
    let mut last = 0;
    loop {
        let ids = sqlx::query_scalar("SELECT id FROM audit_intents WHERE id > $1 ORDER BY id LIMIT $2");
        let ids: Vec<i64> = ids.bind(last).bind(AT_ONCE).fetch_all(&mut *database).await?;
        match ids.last() {
            Some(id) => last = *id,
            None => return Ok(()),
        }
        let entries = list::entries(&mut *database, &ids).await?;
        add(database, &entries).await?;
    }
}

/// Lets an entry be found by what it has now.
pub(super) async fn replace(database: &mut PgConnection, entry: &AuditEntry) -> Result<(), sqlx::Error> {
    let replace = sqlx::query("UPDATE audit_search SET actor = $2, tokens = $3 WHERE entry_id = $1");
    let replace = replace.bind(entry.id).bind(tokens::actor(&entry.intent.actor)).bind(tokens::of(entry));
    replace.execute(database).await.map(drop)
}
