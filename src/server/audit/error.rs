//! Why the log could not be written or read.

/// Why the log could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The database said no.
    #[error("the audit log could not be written or read")]
    Database(#[from] sqlx::Error),
    /// The database did not answer in time.
    #[error("the audit log did not answer in time")]
    TimedOut,
    /// The task that wrote ended without an answer.
    #[error("a write to the audit log ended without an answer")]
    Interrupted,
    /// A row does not hold what it should.
    #[error("audit entry {id} cannot be read: {what}")]
    Corrupt {
        /// The entry's number.
        id: i64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Earlier completions are still waiting to be written; until they are, nothing new begins.
    #[error("{count} earlier completions are not on disk yet")]
    Behind {
        /// How many.
        count: usize,
    },
}
