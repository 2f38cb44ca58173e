//! The file of the index: opened, made, and removed.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use super::super::super::file::prepare;
use super::super::super::pool::CACHE;
use crate::server::storage::StorageError;

/// The version of the tables below, and of the words and tokens in them. Another one is made anew.
const VERSION: i64 = 2;
/// How many entries share one row of `spans`.
pub(super) const SPAN: i64 = 4_096;
/// What SQLite answers when a file is not what it should be, without the extension of the code.
const DAMAGED: [i32; 3] = [1, 11, 26];

/// One statement is one commit: what a batch brings is there with the place in the log up to which it goes, or not at all.
const SCHEMA: [&str; 7] = [
    "CREATE VIRTUAL TABLE documents USING fts5 (text, content = '', contentless_delete = 1, detail = 'none',
         tokenize = 'ascii')",
    "CREATE TABLE facts (token TEXT, block INTEGER, entries BLOB NOT NULL, PRIMARY KEY (token, block)) WITHOUT ROWID",
    "CREATE TABLE people (token TEXT PRIMARY KEY, text TEXT NOT NULL, last_entry INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE spans (first_id INTEGER PRIMARY KEY, earliest TEXT NOT NULL, latest TEXT NOT NULL)",
    "CREATE TABLE progress AS SELECT 0 AS position, '' AS leaf, 0 AS first_id, 0 AS joined",
    "CREATE VIEW batches AS SELECT '' AS documents, '' AS facts, '' AS people, '' AS spans, 0 AS since,
         0 AS position, '' AS leaf",
    "CREATE TRIGGER batches_are_added INSTEAD OF INSERT ON batches
     BEGIN
         SELECT RAISE(ABORT, 'another program fills the index') FROM progress WHERE position <> NEW.since;
         INSERT OR REPLACE INTO facts (token, block, entries)
             SELECT value ->> 0, value ->> 1, unhex(value ->> 2) FROM json_each(NEW.facts);
         INSERT OR REPLACE INTO documents (rowid, text) SELECT value ->> 0, value ->> 1 FROM json_each(NEW.documents);
         INSERT INTO people (token, text, last_entry)
             SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(NEW.people) WHERE true
             ON CONFLICT (token) DO UPDATE SET last_entry = max(last_entry, excluded.last_entry);
         INSERT INTO spans (first_id, earliest, latest)
             SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(NEW.spans) WHERE true
             ON CONFLICT (first_id) DO UPDATE SET earliest = min(earliest, excluded.earliest),
                 latest = max(latest, excluded.latest);
         UPDATE progress SET position = NEW.position, leaf = NEW.leaf;
     END",
];

/// An index that is open.
#[derive(Debug)]
pub(in super::super) struct Opened {
    pub(in super::super) pool: SqlitePool,
    inode: Option<u64>,
}

impl Opened {
    /// Whether it still is the file of that name.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        self.inode.is_some() && self.inode == inode(path)
    }
}

fn inode(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|metadata| metadata.ino())
}

/// An error of the index, and not of the log.
pub(in super::super) fn of_index(error: sqlx::Error) -> StorageError {
    StorageError::SearchIndex(error)
}

/// Where the index of a database is.
pub(in super::super) fn path_of(database: &Path) -> PathBuf {
    with_suffix(database, ".search")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Opens an index, and makes it where there is none that can be used.
pub(in super::super) async fn open(path: &Path) -> Result<Opened, StorageError> {
    prepare(path);
    match open_at(path).await {
        Ok(opened) => return Ok(opened),
        Err(error) if is_damage(&error) => tracing::info!("the search index of the audit log is made anew"),
        Err(error) => return Err(error),
    }
    remove(path)?;
    prepare(path);
    open_at(path).await
}

async fn open_at(path: &Path) -> Result<Opened, StorageError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // The last batches may be lost when the power fails: they are in the log.
        .synchronous(SqliteSynchronous::Normal)
        .pragma("cache_size", CACHE)
        .busy_timeout(Duration::from_secs(2));
    let pool = SqlitePoolOptions::new().max_connections(4).idle_timeout(None).max_lifetime(None);
    let pool = pool.connect_with(options).await.map_err(of_index)?;
    match prepare_tables(&pool).await {
        Ok(()) => Ok(Opened { pool, inode: inode(path) }),
        Err(error) => {
            pool.close().await;
            Err(error)
        }
    }
}

/// Makes the tables of a new file. One of another version is as good as damaged.
async fn prepare_tables(pool: &SqlitePool) -> Result<(), StorageError> {
    let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(pool).await.map_err(of_index)?;
    let tables = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema");
    let tables: i64 = tables.fetch_one(pool).await.map_err(of_index)?;
    if version == 0 && tables == 0 {
        for statement in SCHEMA {
            sqlx::query(statement).execute(pool).await.map_err(of_index)?;
        }
        let version = sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA user_version = {VERSION}")));
        return version.execute(pool).await.map(drop).map_err(of_index);
    }
    // What was begun and not finished has no version.
    if version != VERSION {
        return Err(StorageError::IndexOfAnotherLog);
    }
    sqlx::query("SELECT 1 FROM progress").execute(pool).await.map(drop).map_err(of_index)
}

/// Removes an index with the files beside it.
pub(in super::super) fn remove(path: &Path) -> Result<(), StorageError> {
    for suffix in ["", "-wal", "-shm"] {
        match fs::remove_file(with_suffix(path, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(StorageError::SearchIndex(sqlx::Error::Io(error)));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether an error says that the file is not the index of this log. A full disk does not.
pub(in super::super) fn is_damage(error: &StorageError) -> bool {
    let error = match error {
        StorageError::IndexOfAnotherLog => return true,
        StorageError::SearchIndex(sqlx::Error::Database(error)) => error,
        _ => return false,
    };
    let code = error.code().and_then(|code| code.parse::<i32>().ok());
    code.is_some_and(|code| DAMAGED.contains(&(code & 0xff)))
}
