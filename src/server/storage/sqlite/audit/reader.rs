//! Reads some of the log of a database that is only looked at, as it is at one moment: nothing is migrated, and nothing is
//! written.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::{append, tree};
use crate::server::storage::{KeptLeaf, KeptNodes, StorageError, TreeHead, TreeNode};

/// A log that is only read, in one transaction: what is added meanwhile is not seen.
#[derive(Debug)]
pub struct LogReader {
    database: SqliteConnection,
}

impl LogReader {
    /// Opens a database, or a copy of one.
    ///
    /// # Errors
    /// When it cannot be read, or has no such log.
    pub async fn open(file: &Path) -> Result<Self, StorageError> {
        let options = SqliteConnectOptions::new().filename(file).read_only(true).create_if_missing(false);
        let mut database = options.pragma("trusted_schema", "OFF").connect().await?;
        sqlx::query("BEGIN").execute(&mut database).await?;
        let mut reader = Self { database };
        reader.head().await?;
        Ok(reader)
    }

    /// Ends the reading, so that nothing holds the file.
    ///
    /// # Errors
    /// When SQLite does not close it.
    pub async fn close(self) -> Result<(), StorageError> {
        Ok(self.database.close().await?)
    }

    /// The tree as it is.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn head(&mut self) -> Result<TreeHead, StorageError> {
        Ok(append::head(&mut self.database).await?.0)
    }

    /// The leaves of an entry with their records, in their order.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn leaves_of(&mut self, entry: i64) -> Result<Vec<KeptLeaf>, StorageError> {
        tree::leaves_of(&mut self.database, &[entry]).await
    }

    /// What is kept of these nodes of the tree. What is not there is left out.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn nodes(&mut self, nodes: &[TreeNode]) -> Result<KeptNodes, StorageError> {
        tree::nodes(&mut self.database, nodes).await
    }
}
