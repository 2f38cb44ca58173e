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
    /// More entries at once than one statement takes.
    #[error("{count} entries are too many for one statement")]
    TooMany {
        /// How many they are.
        count: usize,
    },
}
