//! Locks that all replicas on one database share.

use std::sync::Arc;

use async_trait::async_trait;

use super::StorageError;

/// Locks by name that this replica has, or another one. They end with the replica, however that ends.
#[async_trait]
pub trait SharedLocks: Send + Sync + std::fmt::Debug {
    /// Takes a lock, unless another replica has it. It may be taken again and again here, and is to be given back as often, also
    /// by whoever does not wait for the answer. [`SharedLock`] does that.
    ///
    /// # Errors
    /// When it is not known who has it. Then it is not taken.
    async fn try_lock(&self, name: &str) -> Result<bool, StorageError>;

    /// Gives a lock back, after everything that was asked before.
    fn unlock(&self, name: &str);

    /// Whether this replica has lost all that it had.
    fn are_lost(&self) -> bool;

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
    /// As long as nobody knows, it may be.
    is_taken: bool,
}

impl SharedLock {
    /// Takes a lock; `None` when another replica has it.
    ///
    /// # Errors
    /// When it is not known who has it.
    pub async fn try_take(locks: &Arc<dyn SharedLocks>, name: &str) -> Result<Option<Self>, StorageError> {
        let mut lock = Self { locks: Arc::clone(locks), name: name.to_owned(), is_taken: true };
        lock.is_taken = locks.try_lock(name).await?;
        Ok(lock.is_taken.then_some(lock))
    }
}

impl Drop for SharedLock {
    fn drop(&mut self) {
        if self.is_taken {
            self.locks.unlock(&self.name);
        }
    }
}
