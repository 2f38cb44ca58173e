//! The leaves of the log as they are kept: reading them with their records, and the nodes that proofs are made from.

use std::collections::HashMap;

use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{FromRow, Row as _, SqliteExecutor};

use crate::server::storage::rows::audit::{CompletionColumns, IntentColumns, ResolutionColumns};
use crate::server::storage::{KeptLeaf, KeptNode, KeptNodes, KeptRecord, Record, RecordKind, StorageError, TreeNode};

/// Leaves that are read, or made, at once.
pub(super) const BATCH: u16 = 1_000;

/// Bytes of changes after which no more leaves are read at once: a change may have hundreds of kilobytes of them.
const BYTES: i64 = 8 << 20;

/// A record by its kind and the number of its entry.
pub(super) type Key = (RecordKind, i64);

/// A leaf as it lies in the database.
type LeafRow = (i64, String, i64, String, Vec<u8>);

/// The leaves from a place on, in their order, some at a time; none at the end.
pub(super) async fn leaves(database: &mut SqliteConnection, from: u64) -> Result<Vec<KeptLeaf>, StorageError> {
    let Some(last) = last_of_batch(&mut *database, from.cast_signed(), BATCH).await? else {
        return Ok(Vec::new());
    };
    let rows: Vec<LeafRow> = sqlx::query_as(
        "SELECT sequence, record, entry_id, envelope, salts FROM audit_leaves
         WHERE sequence BETWEEN ? AND ? ORDER BY sequence",
    )
    .bind(from.cast_signed())
    .bind(last)
    .fetch_all(&mut *database)
    .await?;
    with_records(database, rows).await
}

/// The last of the leaves from a place on that are read at once: at most so many, whose entries have together not many more
/// than [`BYTES`] of changes. `None` at the end.
pub(super) async fn last_of_batch(
    database: impl SqliteExecutor<'_>,
    from: i64,
    most: u16,
) -> Result<Option<i64>, StorageError> {
    let last = sqlx::query_scalar(
        "SELECT max(sequence) FROM (
             SELECT sequence, sum(bytes) OVER (ORDER BY sequence) - bytes AS before FROM (
                 SELECT l.sequence, coalesce(octet_length(i.changes), 0) AS bytes
                 FROM audit_leaves AS l LEFT JOIN audit_intents AS i ON i.id = l.entry_id
                 WHERE l.sequence >= ? ORDER BY l.sequence LIMIT ?))
         WHERE before < ?",
    );
    Ok(last.bind(from).bind(most).bind(BYTES).fetch_one(database).await?)
}

/// The leaves of entries, in their order.
pub(super) async fn leaves_of(database: &mut SqliteConnection, ids: &[i64]) -> Result<Vec<KeptLeaf>, StorageError> {
    let rows: Vec<LeafRow> = sqlx::query_as(
        "SELECT sequence, record, entry_id, envelope, salts FROM audit_leaves
         WHERE record IN ('intent', 'completion', 'resolution') AND entry_id IN (SELECT value FROM json_each(?))
         ORDER BY sequence",
    )
    .bind(serde_json::to_string(ids)?)
    .fetch_all(&mut *database)
    .await?;
    with_records(database, rows).await
}

async fn with_records(database: &mut SqliteConnection, rows: Vec<LeafRow>) -> Result<Vec<KeptLeaf>, StorageError> {
    let keys = rows.iter().filter_map(|(_, record, id, ..)| Some((RecordKind::from_code(record)?, *id)));
    let mut records = records(database, &keys.collect::<Vec<_>>()).await?;
    let leaves = rows.into_iter().map(|(sequence, record, entry_id, envelope, salts)| KeptLeaf {
        sequence: sequence.unsigned_abs(),
        record: RecordKind::from_code(&record)
            .and_then(|kind| records.remove(&(kind, entry_id)))
            .unwrap_or(KeptRecord::Missing),
        stands_for: (record, entry_id),
        envelope,
        salts,
    });
    Ok(leaves.collect())
}

/// Where the leaves begin that were not pruned.
pub(super) const PRUNED: &str = "SELECT pruned FROM audit_head";

/// Where the leaves begin that were not pruned.
pub(super) async fn pruned(database: &mut SqliteConnection) -> Result<u64, StorageError> {
    let pruned: i64 = sqlx::query_scalar(PRUNED).fetch_one(database).await?;
    Ok(pruned.unsigned_abs())
}

/// What is kept of these nodes. What is not there is left out.
pub(super) async fn nodes(database: &mut SqliteConnection, nodes: &[TreeNode]) -> Result<KeptNodes, StorageError> {
    let leaves: Vec<u64> =
        nodes.iter().filter_map(|node| if let TreeNode::Leaf(at) = node { Some(*at) } else { None }).collect();
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT sequence, envelope FROM audit_leaves WHERE sequence IN (SELECT value FROM json_each(?))",
    )
    .bind(serde_json::to_string(&leaves)?)
    .fetch_all(&mut *database)
    .await?;
    let mut found = KeptNodes::with_capacity(nodes.len());
    found.extend(
        rows.into_iter().map(|(at, envelope)| (TreeNode::Leaf(at.unsigned_abs()), KeptNode::Envelope(envelope))),
    );
    for wanted in [8, 16, 24] {
        let places: Vec<u64> = nodes
            .iter()
            .filter_map(|node| match node {
                TreeNode::Subtree { height, place } if *height == wanted => Some(*place),
                _ => None,
            })
            .collect();
        if places.is_empty() {
            continue;
        }
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT place, root FROM audit_subtrees WHERE height = ? AND place IN (SELECT value FROM json_each(?))",
        )
        .bind(wanted)
        .bind(serde_json::to_string(&places)?)
        .fetch_all(&mut *database)
        .await?;
        let node = |place: i64| TreeNode::Subtree { height: wanted, place: place.unsigned_abs() };
        found.extend(rows.into_iter().map(|(place, root)| (node(place), KeptNode::Root(root))));
    }
    Ok(found)
}

/// Records as their rows are now. What is not there is left out.
pub(super) async fn records(
    database: &mut SqliteConnection,
    keys: &[Key],
) -> Result<HashMap<Key, KeptRecord>, StorageError> {
    let mut found = HashMap::with_capacity(keys.len());
    for (kind, query) in [
        (RecordKind::Intent, "SELECT * FROM audit_intents WHERE id IN (SELECT value FROM json_each(?))"),
        (RecordKind::Completion, "SELECT * FROM audit_completions WHERE intent_id IN (SELECT value FROM json_each(?))"),
        (RecordKind::Resolution, "SELECT * FROM audit_resolutions WHERE intent_id IN (SELECT value FROM json_each(?))"),
    ] {
        let ids: Vec<i64> = keys.iter().filter(|(one, _)| *one == kind).map(|(_, id)| *id).collect();
        if ids.is_empty() {
            continue;
        }
        let rows = sqlx::query(query).bind(serde_json::to_string(&ids)?).fetch_all(&mut *database).await?;
        for row in rows {
            let id: i64 = row.try_get(0)?;
            found.insert((kind, id), record(kind, &row).map_or(KeptRecord::Unreadable, KeptRecord::There));
        }
    }
    Ok(found)
}

/// A record; `None` when a column does not hold what this program writes.
fn record(kind: RecordKind, row: &SqliteRow) -> Option<Record> {
    match kind {
        RecordKind::Intent => IntentColumns::<&str>::from_row(row).ok()?.record().ok(),
        RecordKind::Completion => CompletionColumns::<&str>::from_row(row).ok()?.record().ok(),
        RecordKind::Resolution => ResolutionColumns::<&str>::from_row(row).ok()?.record().ok(),
    }
}
