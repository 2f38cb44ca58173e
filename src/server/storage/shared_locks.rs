//! Locks that all replicas on one database share.

use std::sync::Arc;

use async_trait::async_trait;

use super::StorageError;

/// Locks by name that this replica has, or another one. They end with the replica, however that ends.
#[async_trait]
pub trait SharedLocks: Send + Sync + std::fmt::Debug {
    /// Takes a lock, unless another replica has it. It may be taken again and again here, and is to be given back as often. Who
    /// does not wait for the answer does not have it.
    ///
    /// # Errors
    /// When it is not known who has it. Then it is not taken.
    async fn try_lock(&self, name: &str) -> Result<bool, StorageError>;

    /// Gives a lock back, some time soon.
    fn unlock(&self, name: &str);

    /// Whether a lock is taken, here or elsewhere.
    ///
    /// # Errors
    /// When it is not known.
    async fn is_locked(&self, name: &str) -> Result<bool, StorageError>;
}

/// A lock that this replica has, until this is dropped.
#[derive(Debug)]
pub struct SharedLock {
    locks: Arc<dyn SharedLocks>,
    name: String,
}

impl SharedLock {
    /// Takes a lock; `None` when another replica has it.
    ///
    /// # Errors
    /// When it is not known who has it.
    pub async fn try_take(locks: &Arc<dyn SharedLocks>, name: &str) -> Result<Option<Self>, StorageError> {
        let is_taken = locks.try_lock(name).await?;
        Ok(is_taken.then(|| Self { locks: Arc::clone(locks), name: name.to_owned() }))
    }
}

impl Drop for SharedLock {
    fn drop(&mut self) {
        self.locks.unlock(&self.name);
    }
}
