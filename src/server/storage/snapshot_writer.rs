//! Writing a snapshot: cut into chunks and sealed with its checksum.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::StorageError;
use super::index_journal::JournalPosition;
use super::index_snapshots::{IndexSnapshotStore, LARGEST_CHUNK, SnapshotSeal, SnapshotVersion};

/// Writes one version of a snapshot. Dropped before [`SnapshotWriter::finish`], it leaves the current one as it is.
#[derive(Debug)]
pub struct SnapshotWriter {
    store: Arc<dyn IndexSnapshotStore>,
    version: SnapshotVersion,
    checksum: Sha256,
    length: u64,
    /// What is not written yet: less than a chunk.
    waiting: Vec<u8>,
}

impl SnapshotWriter {
    /// Begins a version of a connection's snapshot.
    ///
    /// # Errors
    /// When it is not begun.
    pub async fn begin(store: Arc<dyn IndexSnapshotStore>, connection: &str) -> Result<Self, StorageError> {
        let version = store.begin(connection).await?;
        let waiting = Vec::with_capacity(LARGEST_CHUNK);
        Ok(Self { store, version, checksum: Sha256::new(), length: 0, waiting })
    }

    /// Adds bytes, as many as there are. After an error nothing more can be written.
    ///
    /// # Errors
    /// When a chunk of them is not certainly on disk, or another has begun to write this snapshot.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = LARGEST_CHUNK.saturating_sub(self.waiting.len());
            let (taken, left) = rest.split_at(room.min(rest.len()));
            self.waiting.extend_from_slice(taken);
            rest = left;
            if self.waiting.len() >= LARGEST_CHUNK {
                self.write_waiting().await?;
            }
        }
        Ok(())
    }

    /// Makes what was written the current snapshot, and says its version. `journal_until` is what
    /// [`IndexJournal::position`](super::IndexJournal::position) was before the state was taken that was written.
    ///
    /// # Errors
    /// When it is not certainly current.
    pub async fn finish(mut self, journal_until: JournalPosition) -> Result<SnapshotVersion, StorageError> {
        if !self.waiting.is_empty() {
            self.write_waiting().await?;
        }
        let Self { store, version, checksum, length, .. } = self;
        let seal = SnapshotSeal { checksum: checksum.finalize().into(), length, journal_until };
        store.finish(version, &seal).await.map(|()| version)
    }

    async fn write_waiting(&mut self) -> Result<(), StorageError> {
        self.store.append(self.version, &self.waiting).await?;
        self.checksum.update(&self.waiting);
        // A chunk has half a megabyte at the most.
        self.length += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }
}
