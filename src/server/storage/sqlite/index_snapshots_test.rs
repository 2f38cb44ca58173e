//! What only the tables can show: what was given up is removed, what was damaged is found out, and nothing is sorted.

use std::sync::Arc;

use sqlx::sqlite::SqlitePool;

use super::*;
use crate::server::clock::ManualClock;
use crate::server::storage::conformance::NOW;
use crate::server::storage::conformance::index_snapshots::{read, seal, write};
use crate::server::storage::sqlite;

async fn store() -> (Arc<dyn IndexSnapshotStore>, SqlitePool, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let pool = sqlite::open(&format!("sqlite:{}", directory.path().join("kept.db").display())).await.unwrap();
    (Arc::new(SqliteStore::new(pool.clone(), Arc::new(ManualClock::new(NOW)))), pool, directory)
}

async fn count(pool: &SqlitePool, table: &str) -> i64 {
    let count = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")));
    count.fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn what_is_superseded_or_was_left_half_written_is_not_on_the_disk() {
    let (store, pool, _directory) = store().await;
    write(&store, "sandbox", &vec![1; 700_000]).await;
    assert_eq!((count(&pool, "index_snapshots").await, count(&pool, "index_snapshot_pieces").await), (1, 11));
    for _ in 0..2 {
        let left = store.begin("sandbox").await.unwrap();
        store.append(left, &vec![2; 200_000]).await.unwrap();
        assert_eq!((count(&pool, "index_snapshots").await, count(&pool, "index_snapshot_pieces").await), (2, 15));
    }
    write(&store, "sandbox", &vec![3; 65_536]).await;
    assert_eq!((count(&pool, "index_snapshots").await, count(&pool, "index_snapshot_pieces").await), (1, 1));
    store.keep_only(&[]).await.unwrap();
    assert_eq!((count(&pool, "index_snapshots").await, count(&pool, "index_snapshot_pieces").await), (0, 0));
}

#[tokio::test]
async fn a_snapshot_of_which_one_bit_or_one_piece_differs_is_damaged() {
    let (store, pool, _directory) = store().await;
    for damage in [
        "UPDATE index_snapshot_pieces SET data = zeroblob(65536) WHERE number = 1",
        "DELETE FROM index_snapshot_pieces WHERE number = 0",
        "DELETE FROM index_snapshot_pieces",
        "UPDATE index_snapshot_pieces SET number = 9 WHERE number = 0",
        "UPDATE index_snapshots SET checksum = zeroblob(32)",
    ] {
        let mut written = vec![4; 150_000];
        written[70_000] = 5;
        write(&store, "sandbox", &written).await;
        assert!(read(&*store, "sandbox").await.unwrap() == written);
        sqlx::query(damage).execute(&pool).await.unwrap();
        let error = store.read("sandbox", &mut Vec::new()).await.unwrap_err();
        assert!(matches!(error, StorageError::Snapshot(SnapshotProblem::Damaged)), "{damage}: {error}");
    }
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_removed_keeps_nobody_from_the_next() {
    let (store, pool, _directory) = store().await;
    write(&store, "sandbox", &[6; 100]).await;
    sqlx::query(
        "CREATE TRIGGER kept BEFORE DELETE ON index_snapshot_pieces BEGIN SELECT RAISE(ABORT, 'not removed'); END",
    )
    .execute(&pool)
    .await
    .unwrap();
    write(&store, "sandbox", &[7; 100]).await;
    assert_eq!(read(&*store, "sandbox").await, Some(vec![7; 100]));
    sqlx::query("DROP TRIGGER kept").execute(&pool).await.unwrap();
    let next = store.begin("sandbox").await.unwrap();
    assert_eq!(count(&pool, "index_snapshots").await, 2);
    store.finish(next, &seal(&[])).await.unwrap();
    assert_eq!(read(&*store, "sandbox").await, Some(Vec::new()));
}

#[tokio::test]
async fn the_pieces_are_read_in_their_order_and_not_sorted() {
    let (_store, pool, _directory) = store().await;
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {READ}")))
        .bind("sandbox")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert!(!plan.iter().any(|(.., step)| step.contains("TEMP B-TREE")), "{plan:#?}");
}
