//! Reads the log of a database that is only looked at: nothing is migrated, and nothing is written.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};

use super::{append, tree};
use crate::server::storage::{KeptLeaf, StorageError};

/// A log that is only read.
#[derive(Debug)]
pub struct LogReader {
    pool: SqlitePool,
}

/// What the leaves of a log are compared with when all have been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEnd {
    /// The signed checkpoint; empty for a log without leaves.
    pub checkpoint: String,
    /// How many records there are, whether they have leaves or not.
    pub records: u64,
}

impl LogReader {
    /// Opens a database, or a copy of one.
    ///
    /// # Errors
    /// When it cannot be read, or has no such log.
    pub async fn open(file: &Path) -> Result<Self, StorageError> {
        let options = SqliteConnectOptions::new().filename(file).read_only(true).create_if_missing(false);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        let reader = Self { pool };
        reader.end().await?;
        Ok(reader)
    }

    /// The leaves from a place on, in their order, some at a time; none at the end.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn leaves(&self, from: u64) -> Result<Vec<KeptLeaf>, StorageError> {
        tree::leaves(&self.pool, from).await
    }

    /// What the leaves are compared with in the end.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn end(&self) -> Result<LogEnd, StorageError> {
        let (head, _) = append::head(&self.pool).await?;
        Ok(LogEnd { checkpoint: head.checkpoint, records: tree::count_records(&self.pool).await? })
    }
}
