//! What the configuration was when it was last loaded: not its values, but enough to tell which of them have changed.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::StorageError;

/// Compares the values of a configuration with those that were loaded last.
#[async_trait]
pub trait ConfigurationStore: Send + Sync + std::fmt::Debug {
    /// The keys that have other values than those that were kept last, or are only in one of both; `None` when none were
    /// kept.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn changed_keys(&self, values: &BTreeMap<String, String>) -> Result<Option<Vec<String>>, StorageError>;

    /// Keeps the values, in a form from which they cannot be read.
    ///
    /// # Errors
    /// When they may not be kept.
    async fn keep(&self, values: &BTreeMap<String, String>) -> Result<(), StorageError>;
}
