//! Why the log could not be written or read.

use crate::server::storage::StorageError;

/// Why the log could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The store failed, or holds an entry that cannot be read.
    #[error("the audit log could not be written or read")]
    Storage(#[from] StorageError),
    /// What was to be removed is not as it was signed, and nothing was removed.
    #[error("the audit log is not as it was signed: run audit verify")]
    NotSigned,
    /// The database did not answer in time.
    #[error("the audit log did not answer in time")]
    TimedOut,
    /// The task that wrote ended without an answer.
    #[error("a write to the audit log ended without an answer")]
    Interrupted,
    /// Earlier completions are still waiting to be written; until they are, nothing new begins.
    #[error("{count} earlier completions are not on disk yet")]
    Behind {
        /// How many completions are waiting.
        count: usize,
    },
}
