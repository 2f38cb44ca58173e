//! Why something could not be kept, or found again.

/// Why something could not be kept, or found again.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database failed.
    #[error("the database could not be written or read")]
    Database(#[from] sqlx::Error),
    /// The database took too long. What was to be kept may be kept all the same.
    #[error("the database did not answer in time")]
    NotInTime,
    /// A log that is read as a whole cannot be.
    #[error("the database could not be read")]
    Tables(#[from] rusqlite::Error),
    /// A log that is read as a whole has the tables of another version.
    #[error(
        "the database is of schema version {found}, and this program checks version {known}: check it with the version of the \
         dashboard that wrote it, or start this version on it once"
    )]
    OtherVersion {
        /// The number of the last migration in the database.
        found: i64,
        /// The number of the last migration of this program.
        known: i64,
    },
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
    /// Nothing can be added to the audit log.
    #[error("nothing can be added to the audit log")]
    Seal(#[from] SealError),
    /// The log is signed with the key that it is checked with, and has another name.
    #[error(
        "the audit log was begun under the name {begun}, and is named {named} here: set audit.origin to {begun}, or take the \
         public key with that name"
    )]
    OtherName {
        /// The name that was signed.
        begun: String,
        /// The name that the configuration gives it, or the public key.
        named: String,
    },
    /// Records of an older version were found where this version has written already.
    #[error("the audit log has records that claim to be older than its tree: run audit verify")]
    TakeOver,
    /// Another program reads the database, so that what was removed cannot be overwritten now.
    #[error("another program uses the database: what was removed may still be in its files")]
    Busy,
    /// Another program, or an abandoned write, added to the audit log each time that this one was about to.
    #[error("something else is writing to the audit log")]
    Outrun,
    /// More entries at once than one statement takes.
    #[error("{count} entries are too many for one statement")]
    TooMany {
        /// How many they are.
        count: usize,
    },
    /// A copy of a database does not fit where it is to be.
    #[error("a copy needs {} MB, and {} MB are free", needed.div_ceil(1_000_000), free / 1_000_000)]
    NoRoom {
        /// As much must be free, in bytes.
        needed: u64,
        /// As much is, in bytes.
        free: u64,
    },
    /// The search index of the audit log failed. The log itself is not concerned.
    #[error("the search index of the audit log could not be written or read")]
    SearchIndex(#[source] sqlx::Error),
    /// The search index was made from another log, from another copy of this one, or by another version of this program.
    #[error("the search index is that of another audit log")]
    IndexOfAnotherLog,
    /// This replica has lost its locks.
    #[error("this replica has lost its connection to the others, and its locks with it: nothing was recorded")]
    NotAmongReplicas,
    /// Another replica has been at work on it for longer than it may take.
    #[error("another replica has not given a lock back: nothing was sent")]
    LockedElsewhere,
    /// Another replica has sealed it with a key that is not the one of this replica.
    #[error("a value was sealed with another key: all replicas need the same sealing_key_file")]
    OtherSealingKey,
    /// A snapshot of an index cannot be written or read.
    #[error("the snapshot of the index {0}")]
    Snapshot(SnapshotProblem),
}

impl StorageError {
    /// Whether a row was read that does not hold what it should: nothing else is wrong then.
    pub(in crate::server::storage) fn is_about_a_row(&self) -> bool {
        match self {
            Self::Corrupt(_) | Self::CorruptEntry { .. } => true,
            Self::Database(error) => matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)),
            _ => false,
        }
    }
}

/// Why nothing can be added to the audit log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The tree is not one that was signed with this key, under this name.
    #[error("the audit log in the database is not the one that was signed: run audit verify")]
    NotSigned,
    /// The tree was signed with this key, under another name: `audit.origin`, or `public_url` that it is made of, was
    /// changed.
    #[error(
        "the audit log was begun under the name {begun}, and the configuration names it {named}: set audit.origin to {begun}"
    )]
    OtherName {
        /// The name that was signed.
        begun: String,
        /// The name that the configuration gives it.
        named: String,
    },
    /// The tree has fewer leaves than it had.
    #[error("the audit log in the database is older than what was signed last: run audit verify")]
    Older,
    /// The tree is another one than that after which the record is to stand.
    #[error("something was added to the audit log since it was checked: do it again")]
    Grown,
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
