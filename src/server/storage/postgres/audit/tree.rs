//! The leaves of the log as they are kept: reading them with their records, and the nodes that proofs are made from.

use std::collections::HashMap;

use sqlx::postgres::{PgPool, PgRow};
use sqlx::{AssertSqlSafe, FromRow as _, Row as _};

use crate::server::storage::rows::audit::{
    COMPLETION, CompletionColumns, INTENT, IntentColumns, RESOLUTION, ResolutionColumns,
};
use crate::server::storage::{
    KEPT_HEIGHTS, KeptLeaf, KeptNode, KeptNodes, KeptRecord, Record, RecordKind, StorageError, TreeHead, TreeNode,
};

/// Leaves that are read at once.
const BATCH: i64 = 1_000;
/// Bytes of changes after which no more leaves are read at once: a change may have hundreds of kilobytes of them.
const BYTES: i64 = 8 << 20;

/// A record by its kind and the number of its entry.
type Key = (RecordKind, i64);
/// A leaf as it lies in the database.
type LeafRow = (i64, String, i64, String, Vec<u8>);

/// The tree as it is.
pub(super) async fn head(pool: &PgPool) -> Result<TreeHead, StorageError> {
    let head = sqlx::query_as("SELECT size, frontier, checkpoint FROM audit_head");
    let (size, frontier, checkpoint): (i64, _, _) = head.fetch_one(pool).await?;
    Ok(TreeHead { size: size.unsigned_abs(), frontier, checkpoint })
}

/// Where the leaves begin that were not pruned.
pub(super) async fn pruned(pool: &PgPool) -> Result<u64, StorageError> {
    let pruned: i64 = sqlx::query_scalar("SELECT pruned FROM audit_head").fetch_one(pool).await?;
    Ok(pruned.unsigned_abs())
}

/// The leaves from a place on, in their order, some at a time; none at the end.
pub(super) async fn leaves(pool: &PgPool, from: u64) -> Result<Vec<KeptLeaf>, StorageError> {
    let rows: Vec<LeafRow> = sqlx::query_as(
        "SELECT sequence, record, entry_id, envelope, salts FROM (
             SELECT sequence, record, entry_id, envelope, salts, sum(bytes) OVER (ORDER BY sequence) - bytes AS before FROM (
                 SELECT l.sequence, l.record, l.entry_id, l.envelope, l.salts,
                     coalesce(octet_length(i.changes), 0) AS bytes
                 FROM audit_leaves AS l LEFT JOIN audit_intents AS i ON i.id = l.entry_id
                 WHERE l.sequence >= $1 ORDER BY l.sequence LIMIT $2) AS leaves) AS leaves
         WHERE before < $3 ORDER BY sequence",
    )
    .bind(from.cast_signed())
    .bind(BATCH)
    .bind(BYTES)
    .fetch_all(pool)
    .await?;
    with_records(pool, rows).await
}

/// The leaves of entries, in their order.
pub(super) async fn leaves_of(pool: &PgPool, ids: &[i64]) -> Result<Vec<KeptLeaf>, StorageError> {
    let rows: Vec<LeafRow> = sqlx::query_as(
        "SELECT sequence, record, entry_id, envelope, salts FROM audit_leaves
         WHERE record IN ('intent', 'completion', 'resolution') AND entry_id = ANY($1) ORDER BY sequence",
    )
    .bind(ids)
    .fetch_all(pool)
    .await?;
    with_records(pool, rows).await
}

async fn with_records(pool: &PgPool, rows: Vec<LeafRow>) -> Result<Vec<KeptLeaf>, StorageError> {
    let keys = rows.iter().filter_map(|(_, record, id, ..)| Some((RecordKind::from_code(record)?, *id)));
    let mut records = records(pool, &keys.collect::<Vec<_>>()).await?;
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

/// Records as their rows are now. What is not there is left out.
async fn records(pool: &PgPool, keys: &[Key]) -> Result<HashMap<Key, KeptRecord>, StorageError> {
    let mut found = HashMap::with_capacity(keys.len());
    // By their names: see `joined::COLUMNS`.
    for (kind, query) in [
        (RecordKind::Intent, format!("SELECT {INTENT} FROM audit_intents WHERE id = ANY($1)")),
        (RecordKind::Completion, format!("SELECT {COMPLETION} FROM audit_completions WHERE intent_id = ANY($1)")),
        (RecordKind::Resolution, format!("SELECT {RESOLUTION} FROM audit_resolutions WHERE intent_id = ANY($1)")),
    ] {
        let ids: Vec<i64> = keys.iter().filter(|(one, _)| *one == kind).map(|(_, id)| *id).collect();
        if ids.is_empty() {
            continue;
        }
        for row in sqlx::query(AssertSqlSafe(query)).bind(ids).fetch_all(pool).await? {
            let id: i64 = row.try_get(0)?;
            found.insert((kind, id), record(kind, &row).map_or(KeptRecord::Unreadable, KeptRecord::There));
        }
    }
    Ok(found)
}

/// A record; `None` when a column does not hold what this program writes.
fn record(kind: RecordKind, row: &PgRow) -> Option<Record> {
    match kind {
        RecordKind::Intent => IntentColumns::<&str>::from_row(row).ok()?.record().ok(),
        RecordKind::Completion => CompletionColumns::<&str>::from_row(row).ok()?.record().ok(),
        RecordKind::Resolution => ResolutionColumns::<&str>::from_row(row).ok()?.record().ok(),
    }
}

/// What is kept of these nodes. What is not there is left out.
pub(super) async fn nodes(pool: &PgPool, nodes: &[TreeNode]) -> Result<KeptNodes, StorageError> {
    let leaf = |node: &TreeNode| if let TreeNode::Leaf(at) = node { Some(at.cast_signed()) } else { None };
    let leaves: Vec<i64> = nodes.iter().filter_map(leaf).collect();
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT sequence, envelope FROM audit_leaves WHERE sequence = ANY($1)")
            .bind(leaves)
            .fetch_all(pool)
            .await?;
    let leaf = |(at, envelope): (i64, String)| (TreeNode::Leaf(at.unsigned_abs()), KeptNode::Envelope(envelope));
    let mut found: KeptNodes = rows.into_iter().map(leaf).collect();
    for wanted in KEPT_HEIGHTS {
        let place = |node: &TreeNode| match node {
            TreeNode::Subtree { height, place } if *height == wanted => Some(place.cast_signed()),
            _ => None,
        };
        let places: Vec<i64> = nodes.iter().filter_map(place).collect();
        if places.is_empty() {
            continue;
        }
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT place, root FROM audit_subtrees WHERE height = $1 AND place = ANY($2)")
                .bind(i64::from(wanted))
                .bind(places)
                .fetch_all(pool)
                .await?;
        let node = |place: i64| TreeNode::Subtree { height: wanted, place: place.unsigned_abs() };
        found.extend(rows.into_iter().map(|(place, root)| (node(place), KeptNode::Root(root))));
    }
    Ok(found)
}
