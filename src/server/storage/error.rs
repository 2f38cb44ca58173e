//! Why something could not be kept, or found again.

/// Why something could not be kept, or found again.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database failed.
    #[error("the database could not be written or read")]
    Database(#[from] sqlx::Error),
    /// A row does not hold what it should.
    #[error("stored data cannot be read: {0}")]
    Corrupt(#[from] serde_json::Error),
    /// An entry of the audit log does not hold what it should.
    #[error("audit entry {id} cannot be read: {what}")]
    CorruptEntry {
        /// The entry's number.
        id: i64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Records of the audit log cannot be signed.
    #[error("the audit log cannot be signed")]
    Seal(#[from] SealError),
    /// Another program, or an abandoned write, added to the audit log each time that this one was about to.
    #[error("something else is writing to the audit log")]
    Outrun,
    /// More entries at once than one statement takes.
    #[error("{count} entries are too many for one statement")]
    TooMany {
        /// How many they are.
        count: usize,
    },
    /// A snapshot of an index cannot be written or read.
    #[error("the snapshot of the index {0}")]
    Snapshot(SnapshotProblem),
}

/// Why records cannot get leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The frontier is not that of a tree of this size.
    #[error("the head of the audit log is damaged")]
    Damaged,
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    Random,
}

/// Why a snapshot cannot be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotProblem {
    /// What is stored is not what was written: whoever reads it goes on as if there were none.
    #[error("is damaged")]
    Damaged,
    /// A newer version was begun, or this one is complete: nothing can be added to it.
    #[error("is not the one that is being written")]
    Superseded,
    /// A chunk has more than [`LARGEST_CHUNK`](super::LARGEST_CHUNK) bytes.
    #[error("was given a chunk that is too large")]
    TooLarge,
    /// Whoever was reading it wants no more.
    #[error("was not read to its end")]
    Unwanted,
}
