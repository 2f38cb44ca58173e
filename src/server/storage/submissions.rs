//! The one-time ids of forms that create something: what became of each.

use async_trait::async_trait;

use super::StorageError;

/// What became of a form that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubmissionState {
    /// It is being sent, or the server ended while it was.
    Sending,
    /// It created this object.
    Created {
        /// The object's id.
        object_id: String,
    },
    /// No answer came that can be relied on.
    Unknown {
        /// The draft that says so, with what was typed.
        draft_id: String,
    },
}

/// A form that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// A hash of everything that was in it.
    pub content_hash: Vec<u8>,
    /// The request that it was sent with.
    pub request_id: String,
    /// What became of it.
    pub state: SubmissionState,
}

/// Keeps what became of forms, for thirty days.
#[async_trait]
pub trait SubmissionStore: Send + Sync + std::fmt::Debug {
    /// What became of a person's form; `None` when it was not sent.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn find(&self, subject: &str, form_id: &str) -> Result<Option<Submission>, StorageError>;

    /// Notes that a person's form is about to be sent with a request. `false` when that was noted before: then it must not be.
    ///
    /// # Errors
    /// When it is not certainly on disk.
    async fn begin(
        &self,
        subject: &str,
        form_id: &str,
        content_hash: &[u8],
        request_id: &str,
    ) -> Result<bool, StorageError>;

    /// Notes what became of it.
    ///
    /// # Errors
    /// When it is not certainly on disk.
    async fn end(&self, subject: &str, form_id: &str, state: &SubmissionState) -> Result<(), StorageError>;

    /// Forgets it, because it certainly created nothing: it may be sent again.
    ///
    /// # Errors
    /// When it may still be there.
    async fn release(&self, subject: &str, form_id: &str) -> Result<(), StorageError>;

    /// Removes those that have been kept long enough.
    ///
    /// # Errors
    /// When they may still be there.
    async fn remove_old(&self) -> Result<(), StorageError>;
}
