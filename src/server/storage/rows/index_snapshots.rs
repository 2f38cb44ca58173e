//! Pieces of a snapshot as they lie in their rows.

use std::ops::ControlFlow;

use futures::{Stream, TryStreamExt as _};
use sha2::{Digest as _, Sha256};
use sqlx::FromRow;

use super::moment;
use crate::server::storage::{SnapshotFacts, SnapshotProblem, SnapshotSink, SnapshotVersion, StorageError};

/// A piece of the current version, with what is known of the whole. An empty snapshot has one row without a piece.
#[derive(FromRow)]
pub(in crate::server::storage) struct PieceRow {
    version: i64,
    checksum: Vec<u8>,
    length: i64,
    finished_at: i64,
    data: Option<Vec<u8>>,
}

pub(in crate::server::storage) fn facts_of(row: &PieceRow) -> SnapshotFacts {
    SnapshotFacts {
        version: SnapshotVersion(row.version),
        length: row.length.try_into().unwrap_or_default(),
        finished_at: moment(row.finished_at),
    }
}

pub(in crate::server::storage) fn changed_one(rows: u64) -> Result<(), StorageError> {
    if rows == 0 { Err(StorageError::Snapshot(SnapshotProblem::Superseded)) } else { Ok(()) }
}

/// Gives the pieces of a version, in their order, to `sink`, and checks that they are what was written.
pub(in crate::server::storage) async fn read(
    mut rows: impl Stream<Item = Result<PieceRow, sqlx::Error>> + Unpin + Send,
    sink: &mut dyn SnapshotSink,
) -> Result<Option<SnapshotFacts>, StorageError> {
    let (mut read, mut checksum) = (None, Sha256::new());
    while let Some(mut row) = rows.try_next().await? {
        if read.is_none() {
            sink.expect(usize::try_from(row.length).unwrap_or_default());
        }
        if let Some(piece) = row.data.take() {
            checksum.update(&piece);
            if sink.take(piece).await == ControlFlow::Break(()) {
                return Err(StorageError::Snapshot(SnapshotProblem::Unwanted));
            }
        }
        read = Some(row);
    }
    match read {
        None => Ok(None),
        Some(row) if checksum.finalize().as_slice() == row.checksum => Ok(Some(facts_of(&row))),
        Some(_) => Err(StorageError::Snapshot(SnapshotProblem::Damaged)),
    }
}
