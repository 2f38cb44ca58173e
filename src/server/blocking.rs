//! Work that keeps a processor busy, away from the threads that serve everybody.

use std::panic::resume_unwind;

use tokio::task::{JoinError, spawn_blocking};

/// What work gives, done on a thread of its own. It goes on when nobody waits for it any more, and its panic is the caller's.
pub async fn on_its_own_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match spawn_blocking(work).await.map_err(JoinError::try_into_panic) {
        Ok(done) => done,
        Err(Ok(panic)) => resume_unwind(panic),
        // The runtime is ending, and whoever waits with it.
        Err(Err(_)) => std::future::pending().await,
    }
}
