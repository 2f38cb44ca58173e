//! What is removed on purpose: the oldest leaves, and whom entries name. The triggers let nothing else go.

use sqlx::sqlite::SqlitePool;
use time::OffsetDateTime;

use super::append::head;
use super::tree;
use crate::domain::time_format::rfc3339;
use crate::server::storage::{PRUNED_LEAVES, StorageError};

/// How many leaves at the beginning are older than `before`, in whole subtrees.
pub(super) async fn prunable(pool: &SqlitePool, before: OffsetDateTime) -> Result<u64, StorageError> {
    let size = head(pool).await?.0.size;
    let mut until = tree::pruned(&mut *pool.acquire().await?).await?;
    while until + PRUNED_LEAVES <= size {
        let newest: String = sqlx::query_scalar(
            "SELECT max(envelope ->> 'time') FROM audit_leaves WHERE sequence >= ? AND sequence < ?",
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
pub(super) async fn prune(pool: &SqlitePool, before: u64) -> Result<(), StorageError> {
    let mut until = tree::pruned(&mut *pool.acquire().await?).await?;
    while until < before {
        until += PRUNED_LEAVES;
        sqlx::query("UPDATE audit_head SET pruned = ? WHERE pruned < ?")
            .bind(until.cast_signed())
            .bind(until.cast_signed())
            .execute(pool)
            .await?;
    }
    Ok(())
}

/// The entries after `id` that name a person.
pub(super) async fn naming(pool: &SqlitePool, subject: &str, id: i64, limit: u32) -> Result<Vec<i64>, StorageError> {
    let ids = sqlx::query_scalar("SELECT id FROM audit_intents WHERE actor_subject = ? AND id > ? ORDER BY id LIMIT ?");
    Ok(ids.bind(subject).bind(id).bind(limit).fetch_all(pool).await?)
}

/// Erases whom entries name, in one commit.
pub(super) async fn erase_actors(pool: &SqlitePool, ids: &[i64]) -> Result<(), StorageError> {
    sqlx::query("INSERT INTO audit_actor_erasures (entry_id) SELECT value FROM json_each(?)")
        .bind(serde_json::to_string(ids)?)
        .execute(pool)
        .await?;
    Ok(())
}

/// Writes the database anew, so that nothing that was removed is left in its pages or in its write-ahead log.
pub(super) async fn wipe(pool: &SqlitePool) -> Result<(), StorageError> {
    sqlx::query("VACUUM").execute(pool).await?;
    let (busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(pool).await?;
    if busy == 0 { Ok(()) } else { Err(StorageError::Busy) }
}
