//! What is removed on purpose: the oldest leaves, and whom entries name. The triggers let nothing else go.

use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{AssertSqlSafe, Connection as _};
use time::OffsetDateTime;
use tokio::time::{Instant, sleep};

use super::{list, searchable, tree};
use crate::domain::time_format::rfc3339;
use crate::server::storage::null_character::text;
use crate::server::storage::{PRUNED_LEAVES, StorageError};

/// How long a table is waited for at a time. A save waits for two seconds.
const TURN: Duration = Duration::from_millis(500);
/// How long the others have it then.
const BETWEEN_TURNS: Duration = Duration::from_secs(2);
/// How long somebody may read a whole table.
const LONGEST_READ: Duration = Duration::from_mins(10);
/// What the server says when it has waited as long as it may (PostgreSQL, Appendix A).
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// How many leaves at the beginning are older than `before`, in whole subtrees.
pub(super) async fn prunable(pool: &PgPool, before: OffsetDateTime) -> Result<u64, StorageError> {
    let size = tree::head(pool).await?.size;
    let mut until = tree::pruned(pool).await?;
    while until + PRUNED_LEAVES <= size {
        let newest: String = sqlx::query_scalar(
            "SELECT max((envelope::json ->> 'time') COLLATE \"C\") FROM audit_leaves WHERE sequence >= $1 AND sequence < $2",
        )
        .bind(until.cast_signed())
        .bind((until + PRUNED_LEAVES).cast_signed())
        .fetch_one(pool)
        .await?;
        if newest >= rfc3339(before) {
            break;
        }
        until += PRUNED_LEAVES;
    }
    Ok(until)
}

/// Removes the leaves before one, a subtree in each commit: a save that waits for it does not notice.
pub(super) async fn prune(pool: &PgPool, before: u64) -> Result<(), StorageError> {
    let mut until = tree::pruned(pool).await?;
    while until < before {
        until += PRUNED_LEAVES;
        sqlx::query("UPDATE audit_head SET pruned = $1 WHERE pruned < $1")
            .bind(until.cast_signed())
            .execute(pool)
            .await?;
    }
    Ok(())
}

/// The entries after `id` that name a person.
pub(super) async fn naming(pool: &PgPool, subject: &str, id: i64, limit: u32) -> Result<Vec<i64>, StorageError> {
    let ids =
        sqlx::query_scalar("SELECT id FROM audit_intents WHERE actor_subject = $1 AND id > $2 ORDER BY id LIMIT $3");
    Ok(ids.bind(text(subject)).bind(id).bind(i64::from(limit)).fetch_all(pool).await?)
}

/// Erases whom entries name, in one commit, from what lists search in too.
pub(super) async fn erase_actors(pool: &PgPool, ids: &[i64]) -> Result<(), StorageError> {
    let mut transaction = pool.begin().await?;
    // Nothing is appended meanwhile: an entry that is read to be found again would bring the person back.
    sqlx::query("SELECT 1 FROM audit_head FOR UPDATE").execute(&mut *transaction).await?;
    for statement in [
        "UPDATE audit_intents SET actor_subject = '', actor_name = '', actor_email = NULL, actor_role = '',
             actor_groups = '[]', peer = NULL, session = NULL
         WHERE id = ANY($1)",
        "UPDATE audit_leaves SET salts = decode(repeat('00', 32), 'hex') || substring(salts FROM 33)
         WHERE record = 'intent' AND entry_id = ANY($1)",
    ] {
        sqlx::query(statement).bind(ids).execute(&mut *transaction).await?;
    }
    for entry in list::entries(&mut *transaction, ids).await? {
        searchable::replace(&mut transaction, &entry).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Writes the tables anew, so that nothing that was removed is left in their files. What the server keeps elsewhere (its
/// write-ahead log, archives of it, backups) is for whoever runs it to let go.
pub(super) async fn wipe(pool: &PgPool) -> Result<(), StorageError> {
    let mut database = pool.acquire().await?.detach();
    let wait = format!("SET lock_timeout = '{}ms'", TURN.as_millis());
    sqlx::query(AssertSqlSafe(wait)).execute(&mut database).await?;
    for statement in [
        // The statistics have values of the tables too.
        "VACUUM (FULL, ANALYZE) audit_intents",
        "VACUUM (FULL, ANALYZE) audit_completions",
        "VACUUM (FULL, ANALYZE) audit_resolutions",
        "VACUUM (FULL, ANALYZE) audit_leaves",
        "VACUUM (FULL, ANALYZE) audit_search",
    ] {
        in_turns(&mut database, statement).await?;
    }
    database.close().await?;
    Ok(())
}

/// Executes a statement that locks a table against everybody. Whoever comes after it waits with it: while somebody reads the whole
/// table, such as `pg_dump`, it waits for a moment at a time, and lets the others through in between.
async fn in_turns(database: &mut PgConnection, statement: &'static str) -> Result<(), sqlx::Error> {
    let end = Instant::now() + LONGEST_READ;
    loop {
        let executed = sqlx::query(statement).execute(&mut *database).await.map(drop);
        let is_locked = |error: &sqlx::Error| {
            error.as_database_error().and_then(DatabaseError::code).is_some_and(|code| code == LOCK_NOT_AVAILABLE)
        };
        if !executed.as_ref().is_err_and(is_locked) || Instant::now() >= end {
            return executed;
        }
        sleep(BETWEEN_TURNS).await;
    }
}

#[cfg(test)]
#[path = "removal_test.rs"]
mod tests;
