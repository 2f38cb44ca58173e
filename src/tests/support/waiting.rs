//! Waiting for something to become so, without a time that somebody guessed.

use std::time::Duration;

/// How long something may take before the test fails.
const LONGEST: Duration = Duration::from_secs(30);

/// Lets everything else run until something is so; fails when it never is.
pub async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONGEST, waiting).await.expect("it never came");
}
