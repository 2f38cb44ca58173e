//! Messages for the next page of one browser.

use async_trait::async_trait;
use tower_sessions::session::Id;

use super::StorageError;
use crate::domain::shell::Flash;

/// Keeps messages until a page shows them, for a day at the most.
#[async_trait]
pub trait MessageStore: Send + Sync + std::fmt::Debug {
    /// Leaves a message for the next page of a session.
    ///
    /// # Errors
    /// When it is not kept.
    async fn leave(&self, session: Id, flash: &Flash) -> Result<(), StorageError>;

    /// Takes a session's messages, the oldest first. Of two who take at once each message comes to one.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn take(&self, session: Id) -> Result<Vec<Flash>, StorageError>;

    /// Removes those that are older than a day.
    ///
    /// # Errors
    /// When they may still be there.
    async fn remove_old(&self) -> Result<(), StorageError>;
}
