//! Work on long lists, away from the threads that serve everybody.

use tokio::sync::Semaphore;

use crate::server::blocking::on_its_own_thread;

/// More entries than this are not walked through on a thread that serves other visitors too.
const LONG_LIST: usize = 5_000;

/// How many long lists are worked on at once: each takes a processor for itself.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Does work that walks through a list of this length: at once when it is short, else on a thread of its own, so that
/// the pages of others are not held up.
pub async fn off_the_workers<T: Send + 'static>(length: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
    if length <= LONG_LIST {
        return work();
    }
    // Held until the work ends, even when nobody waits for it any more. The semaphore is never closed.
    let permit = AT_ONCE.acquire().await;
    let work = move || {
        let done = work();
        drop(permit);
        done
    };
    on_its_own_thread(work).await
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn work_on_a_long_list_leaves_the_thread_to_others() {
        let (go_on, wait) = channel();
        let work = off_the_workers(LONG_LIST + 1, move || wait.recv_timeout(Duration::from_secs(10)));
        let (waited, sent) = tokio::join!(work, async { go_on.send("answered meanwhile") });
        assert!(sent.is_ok());
        assert_eq!(waited, Ok("answered meanwhile"));
    }

    #[tokio::test]
    async fn work_on_a_short_list_is_done_at_once() {
        let here = std::thread::current().id();
        assert_eq!(off_the_workers(LONG_LIST, || std::thread::current().id()).await, here);
    }
}
