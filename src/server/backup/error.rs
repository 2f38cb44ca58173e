//! Why there is no backup, and what to do.

use std::io;
use std::path::PathBuf;

use crate::server::audit::Broken;
use crate::server::storage::StorageError;

/// Why there is no backup. Nothing was left behind.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nothing is ever overwritten.
    #[error("{} is there already: name a file that is not, or a folder", path.display())]
    Exists {
        /// Where the backup was to be.
        path: PathBuf,
    },
    /// The folder is not there.
    #[error("{} is not a folder: make it first", folder.display())]
    NoFolder {
        /// Where the backup was to be.
        folder: PathBuf,
    },
    /// There is nothing to back up.
    #[error("the database {} is not there", path.display())]
    NoDatabase {
        /// Where it would be.
        path: PathBuf,
    },
    /// The checkpoints that the log is compared with cannot be read.
    #[error("the checkpoints in {} cannot be read, so that the backup cannot be compared with them", path.display())]
    Checkpoints {
        /// Where they are.
        path: PathBuf,
        /// Why not.
        #[source]
        reason: io::Error,
    },
    /// The copy could not be written.
    #[error(
        "the database could not be copied to {}, and nothing was left there: see whether there is room for a copy",
        folder.display()
    )]
    Copy {
        /// Where the backup was to be.
        folder: PathBuf,
        /// Why not.
        #[source]
        reason: StorageError,
    },
    /// The file could not be made, synced or named.
    #[error("the backup could not be written to {}, and nothing was left there", folder.display())]
    File {
        /// Where the backup was to be.
        folder: PathBuf,
        /// Why not.
        #[source]
        reason: io::Error,
    },
    /// The folder has the scheduled backups of another dashboard.
    #[error(
        "{} has the backups of {log}: give each dashboard a folder of its own. If this is the same dashboard under another name, \
         remove {file} there",
        folder.display()
    )]
    OfAnother {
        /// Where the backup was to be.
        folder: PathBuf,
        /// The name of the other's log.
        log: String,
        /// The file that says so.
        file: &'static str,
    },
    /// The copy cannot be read.
    #[error("the copy could not be checked, and was removed")]
    Unreadable(#[source] StorageError),
    /// The copy is not whole.
    #[error("the copy was removed, because the audit log in it is NOT whole: run audit verify on the database")]
    Broken(#[source] Broken),
}

impl BackupError {
    /// Whether what was asked for cannot be done, rather than that it failed.
    pub const fn is_of_arguments(&self) -> bool {
        matches!(self, Self::Exists { .. } | Self::NoFolder { .. } | Self::NoDatabase { .. })
    }
}
