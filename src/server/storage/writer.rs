//! Writes to a database that may hang, as a PostgreSQL server does whose commits wait for a standby that is away: that must not keep
//! connections from being checked, nor people from being told.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::StorageError;

/// How long a write may take before whoever asks for it goes on without it.
const LONGEST: Duration = Duration::from_secs(2);

/// Writes one thing after the other, and keeps nobody waiting for long.
#[derive(Debug, Default)]
pub struct Writer {
    /// Held by whatever is being written.
    turn: Arc<Mutex<()>>,
}

impl Writer {
    /// Writes what `write` says once it is its turn, and waits only so long. What has begun goes on by itself: a database that hangs
    /// keeps one connection from others.
    ///
    /// # Errors
    /// When it could not be written, or not in time.
    pub async fn write<T: Send + 'static, W>(&self, write: impl FnOnce() -> W) -> Result<T, StorageError>
    where
        W: Future<Output = Result<T, StorageError>> + Send + 'static,
    {
        let writing = async {
            let turn = Arc::clone(&self.turn).lock_owned().await;
            let write = write();
            let written = tokio::spawn(async move {
                let _turn = turn;
                write.await
            });
            written.await.unwrap_or(Err(StorageError::NotInTime))
        };
        tokio::time::timeout(LONGEST, writing).await.unwrap_or(Err(StorageError::NotInTime))
    }
}
