//! The leaves of the log as they are kept: reading them with their records, and making those of the records of before
//! there was a tree.

use std::collections::HashMap;

use sqlx::sqlite::SqlitePool;
use sqlx::{QueryBuilder, Sqlite};

use super::append::{Placed, head};
use super::columns::{CompletionColumns, IntentColumns, ResolutionColumns};
use crate::server::storage::{KeptLeaf, Record, RecordKind, Sealer, Source, StorageError};

/// Leaves that are read, or made, at once.
const BATCH: i64 = 1_000;

/// A record by its kind and the number of its entry.
type Key = (RecordKind, i64);

/// The leaves from a place on, in their order, some at a time; none at the end.
pub(super) async fn leaves(pool: &SqlitePool, from: u64) -> Result<Vec<KeptLeaf>, StorageError> {
    let rows: Vec<(i64, String, i64, String, Vec<u8>)> = sqlx::query_as(
        "SELECT sequence, record, entry_id, envelope, salts FROM audit_leaves
         WHERE sequence >= ? ORDER BY sequence LIMIT ?",
    )
    .bind(from.cast_signed())
    .bind(BATCH)
    .fetch_all(pool)
    .await?;
    let keys = rows.iter().filter_map(|(_, record, id, ..)| Some((RecordKind::from_code(record)?, *id)));
    let mut records = records(pool, &keys.collect::<Vec<_>>()).await?;
    let leaves = rows.into_iter().map(|(sequence, record, entry_id, envelope, salts)| KeptLeaf {
        sequence: sequence.unsigned_abs(),
        record: RecordKind::from_code(&record).and_then(|kind| records.remove(&(kind, entry_id))),
        stands_for: (record, entry_id),
        envelope,
        salts,
    });
    Ok(leaves.collect())
}

/// How many records there are, whether they have leaves or not.
pub(super) async fn count_records(pool: &SqlitePool) -> Result<u64, StorageError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM audit_intents) + (SELECT count(*) FROM audit_completions)
             + (SELECT count(*) FROM audit_resolutions)",
    )
    .fetch_one(pool)
    .await?;
    Ok(count.unsigned_abs())
}

/// Makes the leaves of the records of before there was a tree. Whatever is interrupted goes on with the next start.
pub(super) async fn take_over(pool: &SqlitePool, sealer: &dyn Sealer) -> Result<(), StorageError> {
    loop {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT record, entry_id FROM audit_records_of_before
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
        let mut found = records(pool, &keys).await?;
        let ordered: Vec<Record> = keys.iter().filter_map(|key| found.remove(key)).collect();
        let (head, _) = head(pool).await?;
        let (leaves, new_head) = sealer.seal(&head, &ordered, Source::TakenOver)?;
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO audit_leaf_appends (record, entry_id, sequence, envelope, salts, frontier, checkpoint) ",
        );
        let placed = Placed::all(leaves, head.size, &new_head);
        query.push_values(ordered.iter().zip(placed), |mut values, (record, placed)| {
            values.push_bind(record.kind.code()).push_bind(record.entry_id);
            placed.push(&mut values);
        });
        query.build().execute(pool).await?;
        sealer.committed(&new_head).await;
    }
}

/// Records as their rows are now. What is not there is left out.
async fn records(pool: &SqlitePool, keys: &[Key]) -> Result<HashMap<Key, Record>, StorageError> {
    let ids = |kind: RecordKind| {
        serde_json::to_string(&keys.iter().filter(|(one, _)| *one == kind).map(|(_, id)| id).collect::<Vec<_>>())
    };
    let mut records = HashMap::with_capacity(keys.len());
    let mut add = |record: Record| records.insert((record.kind, record.entry_id), record);
    let intents: Vec<IntentColumns> =
        sqlx::query_as("SELECT * FROM audit_intents WHERE id IN (SELECT value FROM json_each(?))")
            .bind(ids(RecordKind::Intent)?)
            .fetch_all(pool)
            .await?;
    for intent in intents {
        add(intent.record()?);
    }
    let completions: Vec<CompletionColumns> =
        sqlx::query_as("SELECT * FROM audit_completions WHERE intent_id IN (SELECT value FROM json_each(?))")
            .bind(ids(RecordKind::Completion)?)
            .fetch_all(pool)
            .await?;
    completions.iter().map(CompletionColumns::record).for_each(|record| drop(add(record)));
    let resolutions: Vec<ResolutionColumns> =
        sqlx::query_as("SELECT * FROM audit_resolutions WHERE intent_id IN (SELECT value FROM json_each(?))")
            .bind(ids(RecordKind::Resolution)?)
            .fetch_all(pool)
            .await?;
    resolutions.iter().map(ResolutionColumns::record).for_each(|record| drop(add(record)));
    Ok(records)
}
