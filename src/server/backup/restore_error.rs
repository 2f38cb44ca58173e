//! Why a backup was not restored, and what to do.

use std::io;
use std::path::PathBuf;

use crate::server::audit::{Broken, NoteError};
use crate::server::storage::{DatabaseError, StorageError};

/// Why a backup was not restored. Everything is as it was, unless it says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// What was named is no backup.
    #[error("{} is not a file, or is the database itself: name a backup", path.display())]
    NoBackup {
        /// What was named.
        path: PathBuf,
    },
    /// What was named is a part of a database.
    #[error("{} is a database with a WAL beside it, not a backup: take a backup of it first", path.display())]
    HasWal {
        /// What was named.
        path: PathBuf,
    },
    /// Another program uses the database.
    #[error("the database {} is in use: stop the server, and whatever else uses it", path.display())]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// The backup could not be copied beside the database.
    #[error("the backup could not be copied to {}", folder.display())]
    Copy {
        /// The folder of the database.
        folder: PathBuf,
        /// Why not.
        #[source]
        reason: io::Error,
    },
    /// The backup cannot be opened.
    #[error("the backup cannot be opened, or not be brought to the present version")]
    Unopened(#[source] DatabaseError),
    /// The log cannot be read.
    #[error("the log that is to go on cannot be read")]
    Unreadable(#[source] StorageError),
    /// The log is not whole.
    #[error("the audit log is NOT whole: use another backup")]
    Broken(#[source] Broken),
    /// The checkpoints cannot be read.
    #[error("the checkpoints in {} cannot be read, so that the backup cannot be compared with them", path.display())]
    Checkpoints {
        /// Where they are.
        path: PathBuf,
        /// Why not.
        #[source]
        reason: io::Error,
    },
    /// A history of this number was signed already.
    #[error("history {asked} was begun before: {least} is the first that was not")]
    History {
        /// What was asked for.
        asked: u32,
        /// The smallest number that is free, as far as is known.
        least: u32,
    },
    /// The log has a name that cannot go on.
    #[error("the name of the log cannot be used")]
    Name(#[source] NoteError),
    /// The log could not be continued.
    #[error("the log could not be continued")]
    Continue(#[source] StorageError),
    /// It was interrupted when the files were moved.
    #[error(
        "the files of the database {} could not be put in their places: run restore again, and do not start the server before",
        path.display()
    )]
    Interrupted {
        /// The database.
        path: PathBuf,
        /// What went wrong.
        #[source]
        reason: io::Error,
    },
}

impl RestoreError {
    /// Whether what was asked for cannot be done, rather than that it failed.
    pub const fn is_of_arguments(&self) -> bool {
        matches!(self, Self::NoBackup { .. } | Self::HasWal { .. } | Self::History { .. })
    }
}
