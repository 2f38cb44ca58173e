//! The search index of the log: a file of its own that is made from the log, can be made again at any time, and is never
//! evidence. What it finds is looked up in the log before anybody sees it.

mod documents;
mod facts;
pub(super) mod file;
mod fill;
mod reading;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::sqlite::SqlitePool;
use tokio::sync::{Mutex, Notify};
use tokio::time::{sleep, timeout};

use crate::server::storage::StorageError;

pub(super) use facts::BLOCK;
pub(super) use reading::{Expression, IndexReader, Named};

/// How long added records wait for more, so that an intent and its completion are read at once.
const GATHER: Duration = Duration::from_millis(200);
/// How often it looks for what another program added.
const LOOK: Duration = Duration::from_secs(5);

/// The index of one log.
#[derive(Debug)]
pub(super) struct SearchIndex {
    path: PathBuf,
    opened: Mutex<Option<file::Opened>>,
    /// Set when what was read from it makes no sense: it is made again.
    is_damaged: AtomicBool,
    added: Notify,
}

impl SearchIndex {
    /// The index of the log in a database. It is not opened before it is filled.
    pub(super) fn beside(database: &Path) -> Self {
        let (opened, is_damaged, added) = (Mutex::default(), AtomicBool::default(), Notify::new());
        Self { path: file::path_of(database), opened, is_damaged, added }
    }

    /// Says that records were added.
    pub(super) fn notice(&self) {
        self.added.notify_one();
    }

    /// Fills it from the log, and goes on with what is added. It never ends: what fails is tried again.
    pub(super) async fn keep(&self, log: &SqlitePool) {
        loop {
            match self.fill(log).await {
                Ok(true) => {
                    tokio::task::yield_now().await;
                    continue;
                }
                Ok(false) => {}
                Err(error) => {
                    self.report(&error);
                    sleep(LOOK).await;
                    continue;
                }
            }
            if timeout(LOOK, self.added.notified()).await.is_ok() {
                sleep(GATHER).await;
            }
        }
    }

    /// Reads the next records of the log into it. Whether there are more.
    pub(super) async fn fill(&self, log: &SqlitePool) -> Result<bool, StorageError> {
        let index = self.open().await?;
        fill::fill(log, &index).await
    }

    /// For reading, where it is open.
    pub(super) async fn reader(&self) -> Option<IndexReader> {
        let opened = self.opened.lock().await;
        let pool = opened.as_ref().map(|opened| opened.pool.clone())?;
        (!self.is_damaged.load(Ordering::Relaxed)).then(|| IndexReader::new(pool))
    }

    /// Takes note of an error: after one that says that the file is damaged, it is made again.
    pub(super) fn report(&self, error: &StorageError) {
        tracing::warn!(error = error as &dyn std::error::Error, "the search index of the audit log cannot be used now");
        if file::is_damage(error) {
            self.is_damaged.store(true, Ordering::Relaxed);
        }
    }

    /// Removes it with everything that it knows. It is made again where it is kept.
    pub(super) fn remove(&self) -> Result<(), StorageError> {
        file::remove(&self.path)
    }

    /// Opens it, and makes it anew where it is damaged, gone, or of another version.
    async fn open(&self) -> Result<SqlitePool, StorageError> {
        let mut opened = self.opened.lock().await;
        let is_damaged = self.is_damaged.load(Ordering::Relaxed);
        if let Some(index) = opened.as_ref().filter(|index| !is_damaged && index.is_at(&self.path)) {
            return Ok(index.pool.clone());
        }
        if let Some(former) = opened.take() {
            former.pool.close().await;
        }
        if is_damaged {
            file::remove(&self.path)?;
            self.is_damaged.store(false, Ordering::Relaxed);
        }
        let index = file::open(&self.path).await?;
        Ok(opened.insert(index).pool.clone())
    }
}
