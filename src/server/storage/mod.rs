//! What is kept on disk: a trait for each concern, and one folder of SQL for each database that can keep it. The audit
//! log alone has its SQL beside its rules.
//!
//! May import: domain, clock, sqlx (and tower-sessions for the trait of the session store).

mod drafts;
mod error;
mod messages;
mod sqlite;
mod submissions;

pub use drafts::{DraftStore, KeptDraft};
pub use error::StorageError;
pub use messages::MessageStore;
pub use sqlite::{DatabaseError, SessionLimits, SqliteSessionStore, SqliteStore, open};
pub use submissions::{Submission, SubmissionState, SubmissionStore};
