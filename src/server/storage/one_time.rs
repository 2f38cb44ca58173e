//! Values that wait for one page, or for the end of a session, where several replicas may be asked for it.

use std::time::Duration;

use async_trait::async_trait;

use super::StorageError;

/// A SHA-256: what is looked for is not in the database.
pub type Hash = [u8; 32];

/// A value that waits.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeValue {
    /// Of the ticket that fetches it.
    pub ticket: Hash,
    /// Of what it is for, and whom.
    pub owner: Hash,
    /// The value, sealed with a key that is not in the database.
    pub sealed: String,
    /// How long it waits.
    pub lifetime: Duration,
}

impl std::fmt::Debug for OneTimeValue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OneTimeValue").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

/// Keeps such values. What has expired is not there.
#[async_trait]
pub trait OneTimeStore: Send + Sync + std::fmt::Debug {
    /// Keeps a value.
    ///
    /// # Errors
    /// When it is not kept.
    async fn keep(&self, value: &OneTimeValue) -> Result<(), StorageError>;

    /// The newest value of an owner, which stays: the hash of its ticket, and the sealed value.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn waiting(&self, owner: &Hash) -> Result<Option<(Vec<u8>, String)>, StorageError>;

    /// The sealed value of a ticket and an owner, which stays.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn peek(&self, ticket: &Hash, owner: &Hash) -> Result<Option<String>, StorageError>;

    /// Takes the sealed value of a ticket and an owner. Of all who ask, in all replicas, one gets it.
    ///
    /// # Errors
    /// When it cannot be taken.
    async fn take(&self, ticket: &Hash, owner: &Hash) -> Result<Option<String>, StorageError>;

    /// Removes what has expired.
    ///
    /// # Errors
    /// When some of it may still be there.
    async fn remove_old(&self) -> Result<(), StorageError>;
}
