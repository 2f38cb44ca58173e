//! Writes to a database that may hang, as a PostgreSQL server does whose commits wait for a standby that is away: that must not keep
//! connections from being checked, nor people from being told.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::StorageError;

/// How long a write may take before whoever asks for it goes on without it.
const LONGEST: Duration = Duration::from_secs(2);
/// How long it may take at all: a connection may be dead on which an answer is waited for.
const GIVEN_UP: Duration = Duration::from_mins(5);

/// Writes one thing after the other, and keeps nobody waiting for long. Its clones share one turn.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    /// Held by whatever is being written.
    turn: Arc<Mutex<()>>,
    begun: Begun,
}

/// When the write began that is under way.
#[derive(Clone, Debug, Default)]
struct Begun(Arc<std::sync::Mutex<Option<Instant>>>);

impl Begun {
    fn set(&self, at: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    fn hangs(&self) -> bool {
        let begun = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        begun.is_some_and(|at| at.elapsed() >= LONGEST)
    }
}

/// A write that is under way until this is dropped.
struct UnderWay(Begun);

impl UnderWay {
    fn begin(begun: &Begun) -> Self {
        begun.set(Some(Instant::now()));
        Self(begun.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.set(None);
    }
}

impl Writer {
    /// Writes what `write` says once it is its turn, and waits only so long; not at all while another write hangs. What has begun
    /// goes on by itself: a database that hangs keeps one connection from others.
    ///
    /// # Errors
    /// When it could not be written, or not in time.
    pub async fn write<T: Send + 'static, W>(&self, write: impl FnOnce() -> W) -> Result<T, StorageError>
    where
        W: Future<Output = Result<T, StorageError>> + Send + 'static,
    {
        if self.begun.hangs() {
            return Err(StorageError::NotInTime);
        }
        let writing = async {
            let turn = Arc::clone(&self.turn).lock_owned().await;
            // In this order when it is done: whoever is next says when it began.
            let under_way = (UnderWay::begin(&self.begun), turn);
            let write = write();
            let written = tokio::spawn(async move {
                let _under_way = under_way;
                tokio::time::timeout(GIVEN_UP, write).await.unwrap_or(Err(StorageError::NotInTime))
            });
            written.await.unwrap_or(Err(StorageError::NotInTime))
        };
        tokio::time::timeout(LONGEST, writing).await.unwrap_or(Err(StorageError::NotInTime))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn while_a_write_hangs_one_waits_and_the_others_do_not_and_afterwards_all_is_written() {
        let (writer, (end, ended)) = (Writer::default(), tokio::sync::oneshot::channel::<()>());
        let hung = writer.write(|| async {
            let _ = ended.await;
            Ok(())
        });
        assert!(matches!(hung.await, Err(StorageError::NotInTime)));
        // So many would wait for minutes, one after the other.
        for _ in 0..100 {
            assert!(matches!(writer.clone().write(|| async { Ok(()) }).await, Err(StorageError::NotInTime)));
        }
        end.send(()).unwrap();
        let written = async {
            while writer.write(|| async { Ok(()) }).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), written).await.expect("it is written again");
    }
}
