//! One save at a time for each object: between the read before a save and the save itself nobody else here may write, in
//! this replica or another one. Writers outside stay possible, and the review says so.
//!
//! May import: storage, for its trait of the locks that replicas share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use crate::server::storage::{SharedLock, SharedLocks, StorageError};

/// How long another replica may be at work on what is locked. Its calls of a partner have shorter deadlines.
const LONGEST: Duration = Duration::from_secs(15);
/// How often it is asked whether another replica has given a lock back.
const RETRY: Duration = Duration::from_millis(50);

/// Locks by key, each gone when nobody holds or awaits it.
#[derive(Debug, Default)]
pub struct KeyedLocks {
    locks: Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>,
    /// Those of all replicas, where there may be several.
    shared: Option<Arc<dyn SharedLocks>>,
}

/// A lock, until this is dropped.
#[derive(Debug)]
#[must_use = "a lock that is dropped at once protects nothing"]
pub struct Locked {
    // Given back in this order: whoever waits here must not find it taken elsewhere.
    _shared: Option<SharedLock>,
    _here: OwnedMutexGuard<()>,
}

impl KeyedLocks {
    /// Locks that hold for all replicas.
    pub fn shared_by_all(shared: Arc<dyn SharedLocks>) -> Self {
        Self { locks: Mutex::default(), shared: Some(shared) }
    }

    /// Waits until nobody else holds the key.
    ///
    /// # Errors
    /// When it is not known whether another replica holds it.
    pub async fn lock(&self, key: &str) -> Result<Locked, StorageError> {
        let lock = {
            let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
            locks.retain(|_, lock| lock.strong_count() > 0);
            if let Some(lock) = locks.get(key).and_then(Weak::upgrade) {
                lock
            } else {
                let lock = Arc::new(tokio::sync::Mutex::new(()));
                locks.insert(key.to_owned(), Arc::downgrade(&lock));
                lock
            }
        };
        let here = lock.lock_owned().await;
        let shared = match &self.shared {
            Some(locks) => Some(wait_for(locks, key).await?),
            None => None,
        };
        Ok(Locked { _shared: shared, _here: here })
    }
}

/// Waits until no other replica has the lock, but not for one that hangs.
async fn wait_for(locks: &Arc<dyn SharedLocks>, key: &str) -> Result<SharedLock, StorageError> {
    let waiting = async {
        loop {
            if let Some(lock) = SharedLock::try_take(locks, key).await? {
                return Ok(lock);
            }
            tokio::time::sleep(RETRY).await;
        }
    };
    tokio::time::timeout(LONGEST, waiting).await.unwrap_or(Err(StorageError::LockedElsewhere))
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    /// Another replica has all of them.
    #[derive(Debug)]
    struct TakenElsewhere;

    #[async_trait::async_trait]
    impl SharedLocks for TakenElsewhere {
        async fn try_lock(&self, _: &str) -> Result<bool, StorageError> {
            Ok(false)
        }

        fn unlock(&self, _: &str) {}

        fn are_lost(&self) -> bool {
            false
        }

        async fn is_locked(&self, _: &str) -> Result<bool, StorageError> {
            Ok(true)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn another_replica_is_not_waited_for_without_end() {
        let locks = KeyedLocks::shared_by_all(Arc::new(TakenElsewhere));
        assert!(matches!(locks.lock("a").await, Err(StorageError::LockedElsewhere)));
    }

    #[tokio::test]
    async fn the_second_waits_for_the_first_and_other_keys_do_not() {
        let locks = KeyedLocks::default();
        let first = locks.lock("a").await.unwrap();
        assert!(locks.lock("a").now_or_never().is_none());
        assert!(locks.lock("b").now_or_never().is_some());
        drop(first);
        assert!(locks.lock("a").now_or_never().is_some());
    }
}
