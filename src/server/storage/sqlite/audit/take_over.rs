//! The beginning of a tree: its empty head is signed, and the records of before there was one get their leaves.

use sqlx::sqlite::SqlitePool;
use sqlx::{QueryBuilder, Sqlite};

use super::append::{Placed, head, is_outrun};
use super::tree::{BATCH, Key, records};
use crate::server::storage::audit_tree::checked_head;
use crate::server::storage::{KeptRecord, Record, RecordKind, Sealer, Source, StorageError, TreeHead};

/// Signs the empty tree of a new database; refuses to go on with a tree that somebody else made.
pub(super) async fn begin(pool: &SqlitePool, sealer: &dyn Sealer) -> Result<(), StorageError> {
    checked_head(sealer, begun(pool, sealer)).await.map(drop)
}

async fn begun(pool: &SqlitePool, sealer: &dyn Sealer) -> Result<TreeHead, StorageError> {
    let (present, _) = head(pool).await?;
    if present.size == 0 && present.checkpoint.is_empty() {
        // Of two programs that start at once, one signs it.
        sqlx::query("UPDATE audit_head SET checkpoint = ? WHERE size = 0 AND checkpoint = ''")
            .bind(sealer.begin().checkpoint)
            .execute(pool)
            .await?;
        return Ok(head(pool).await?.0);
    }
    Ok(present)
}

/// Makes the leaves of the records that are older than the tree. Whatever is interrupted goes on with the next start.
pub(super) async fn take_over(pool: &SqlitePool, sealer: &dyn Sealer) -> Result<(), StorageError> {
    loop {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT record, entry_id FROM audit_earlier_records
             ORDER BY entry_id, record = 'resolution', record = 'completion' LIMIT ?",
        )
        .bind(BATCH)
        .fetch_all(pool)
        .await?;
        let keys: Vec<Key> =
            rows.iter().filter_map(|(record, id)| Some((RecordKind::from_code(record)?, *id))).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let (present, _) = head(pool).await?;
        refuse_after_written(pool).await?;
        let mut found = records(&mut *pool.acquire().await?, &keys).await?;
        let ordered: Option<Vec<Record>> = keys
            .iter()
            .map(|key| match found.remove(key) {
                Some(KeptRecord::There(record)) => Some(record),
                _ => None,
            })
            .collect();
        let ordered = ordered.ok_or(StorageError::TakeOver)?;
        let growth = sealer.seal(&present, &ordered, Source::TakenOver)?;
        let new_head = growth.head.clone();
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO audit_leaf_appends (record, entry_id, sequence, envelope, salts, frontier, checkpoint,
                 subtrees) ",
        );
        let placed = Placed::all(growth, present.size)?;
        query.push_values(ordered.iter().zip(placed), |mut values, (record, placed)| {
            values.push_bind(record.kind.code()).push_bind(record.entry_id);
            placed.push(&mut values);
        });
        match query.build().execute(pool).await {
            Ok(_) => sealer.committed(&new_head),
            // Another program that starts at once does the same.
            Err(error) if is_outrun(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Nothing is older than the tree once something was written with it.
async fn refuse_after_written(pool: &SqlitePool) -> Result<(), StorageError> {
    let last: Option<String> =
        sqlx::query_scalar("SELECT envelope ->> 'source' FROM audit_leaves ORDER BY sequence DESC LIMIT 1")
            .fetch_optional(pool)
            .await?
            .flatten();
    if last.is_some_and(|source| source == "written") { Err(StorageError::TakeOver) } else { Ok(()) }
}
