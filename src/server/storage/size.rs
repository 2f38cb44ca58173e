//! How much room the database takes.

use async_trait::async_trait;

use super::StorageError;

/// How much room the database takes, and how much is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseSize {
    /// Each part of it by its name, in bytes.
    pub parts: Vec<(&'static str, u64)>,
    /// What is free where it is, in bytes; `None` where that is on another machine.
    pub free: Option<u64>,
}

/// Says how much room the database takes.
#[async_trait]
pub trait SizeStore: Send + Sync + std::fmt::Debug {
    /// How much it is now.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn size(&self) -> Result<DatabaseSize, StorageError>;
}
