//! Reads the log of a database that is only looked at, as it is at one moment: nothing is migrated, and nothing is written.

use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::{append, schema, tree};
use crate::server::storage::{KeptLeaf, KeptNodes, StorageError, Subtree, TreeHead, TreeNode};

/// How many open observations the list of them has too many or too few, by what the log says.
const DIFFERING_OBSERVATIONS: &str = "WITH answers AS (
        SELECT connection, object_kind, object_id, answers FROM audit_intents AS i
        WHERE answers IS NOT NULL AND (action = 'accept'
            OR EXISTS (SELECT 1 FROM audit_completions AS c WHERE c.intent_id = i.id AND c.outcome = 'applied')
            OR EXISTS (SELECT 1 FROM audit_resolutions AS r WHERE r.intent_id = i.id AND r.outcome = 'applied'))),
    expected AS (
        SELECT id FROM audit_intents AS o WHERE action = 'observed' AND NOT EXISTS (SELECT 1 FROM answers AS a
            WHERE a.connection = o.connection AND a.object_kind = o.object_kind AND a.object_id = o.object_id
                AND o.id <= a.answers))
    SELECT count(*) FROM (
        SELECT * FROM (SELECT id FROM expected EXCEPT SELECT intent_id FROM audit_open_observations)
        UNION ALL SELECT * FROM (SELECT intent_id FROM audit_open_observations EXCEPT SELECT id FROM expected))";

/// A log that is only read, in one transaction: what is added meanwhile is not seen.
#[derive(Debug)]
pub struct LogReader {
    file: PathBuf,
    database: SqliteConnection,
}

/// Where a log begins, and what is kept of its tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogBeginning {
    /// The leaves before this one are gone on purpose.
    pub pruned: u64,
    /// The roots of the complete subtrees, by height and place.
    pub subtrees: Vec<Subtree>,
    /// The tree as it is, with its signed checkpoint.
    pub head: TreeHead,
}

/// What the leaves of a log are compared with when all have been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogEnd {
    /// How many records there are, whether they have leaves or not.
    pub records: u64,
    /// How many of them are older than the tree and have no leaves yet.
    pub not_taken_over: u64,
    /// By how many the list of open observations differs from what the log says.
    pub differing_observations: u64,
}

impl LogReader {
    /// Opens a database, or a copy of one.
    ///
    /// # Errors
    /// When it cannot be read, or has no such log.
    pub async fn open(file: &Path) -> Result<Self, StorageError> {
        let options = SqliteConnectOptions::new().filename(file).read_only(true).create_if_missing(false);
        // As many rows wait for the program as it reads at once, so that it is not woken for each few of them.
        let options = options.pragma("trusted_schema", "OFF").row_buffer_size(tree::BATCH.into());
        let mut database = options.connect().await?;
        sqlx::query("BEGIN").execute(&mut database).await?;
        let mut reader = Self { file: file.to_owned(), database };
        reader.beginning().await?;
        Ok(reader)
    }

    /// Ends the reading, so that nothing holds the file.
    ///
    /// # Errors
    /// When SQLite does not close it.
    pub async fn close(self) -> Result<(), StorageError> {
        Ok(self.database.close().await?)
    }

    /// What is not as the migrations make it; `None` when all is.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn schema_difference(&mut self) -> Result<Option<String>, StorageError> {
        schema::difference(&mut self.database).await
    }

    /// The database that is read.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The first thing that SQLite says against a database; `None` when it says nothing.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn damage(file: &Path) -> Result<Option<String>, StorageError> {
        let mut reader = Self::open(file).await?;
        let said: String = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut reader.database).await?;
        reader.close().await?;
        Ok(Some(said).filter(|said| said != "ok"))
    }

    /// What the leaves begin with.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn beginning(&mut self) -> Result<LogBeginning, StorageError> {
        Ok(LogBeginning {
            pruned: tree::pruned(&mut self.database).await?,
            subtrees: tree::subtrees(&mut self.database).await?,
            head: self.head().await?,
        })
    }

    /// The leaves from a place on, in their order, some at a time; none at the end.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn leaves(&mut self, from: u64) -> Result<Vec<KeptLeaf>, StorageError> {
        tree::leaves(&mut self.database, from).await
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

    /// What the leaves are compared with in the end. The tables are counted, and not their indices.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn end(&mut self) -> Result<LogEnd, StorageError> {
        let (records, not_taken_over): (i64, i64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM audit_intents NOT INDEXED) + (SELECT count(*) FROM audit_completions NOT INDEXED)
                 + (SELECT count(*) FROM audit_resolutions NOT INDEXED),
                 (SELECT count(*) FROM audit_earlier_records)",
        )
        .fetch_one(&mut self.database)
        .await?;
        let differing: i64 = sqlx::query_scalar(DIFFERING_OBSERVATIONS).fetch_one(&mut self.database).await?;
        Ok(LogEnd {
            records: records.unsigned_abs(),
            not_taken_over: not_taken_over.unsigned_abs(),
            differing_observations: differing.unsigned_abs(),
        })
    }
}
