//! Drafts of forms: each belongs to a person, and outlives the session for a day.

use async_trait::async_trait;
use time::OffsetDateTime;

use super::StorageError;
use crate::domain::review::{Draft, FormTarget};

/// A draft with its age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptDraft {
    /// The draft.
    pub draft: Draft,
    /// When it was kept last.
    pub kept_at: OffsetDateTime,
}

/// Keeps drafts. A person has fifty at the most: the oldest makes room.
#[async_trait]
pub trait DraftStore: Send + Sync + std::fmt::Debug {
    /// Keeps a draft of a person, in place of an earlier one with the same id.
    ///
    /// # Errors
    /// When it is not kept.
    async fn keep(&self, subject: &str, draft: &Draft) -> Result<(), StorageError>;

    /// A person's draft; `None` when there is none of this id, or it is older than a day.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn find(&self, subject: &str, id: &str) -> Result<Option<Draft>, StorageError>;

    /// A person's drafts, the newest first.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn list(&self, subject: &str) -> Result<Vec<KeptDraft>, StorageError>;

    /// A person's newest draft of a form about this.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn newest(&self, subject: &str, about: &FormTarget) -> Result<Option<KeptDraft>, StorageError>;

    /// Drops a person's draft.
    ///
    /// # Errors
    /// When it may still be there.
    async fn discard(&self, subject: &str, id: &str) -> Result<(), StorageError>;

    /// Drops a person's draft, unless its form is no longer as it is here.
    ///
    /// # Errors
    /// When it may still be there.
    async fn discard_saved(&self, subject: &str, saved: &Draft) -> Result<(), StorageError>;

    /// Removes those that are older than a day.
    ///
    /// # Errors
    /// When they may still be there.
    async fn remove_old(&self) -> Result<(), StorageError>;
}
