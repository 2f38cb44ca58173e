//! Whether another program uses a database.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use rustix::fs::{FlockOperation, fcntl_lock};
use rustix::io::Errno;

/// While it lives, no other program can open the database: SQLite locks a part of the file as long as it uses it, and this locks
/// all of it. It ends when this process opens the file otherwise and closes it.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Locks a database; `None` when another program uses it.
    pub(super) fn take(database: &Path) -> io::Result<Option<Self>> {
        let file = OpenOptions::new().read(true).write(true).open(database)?;
        match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(Errno::AGAIN | Errno::ACCESS) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether another program uses a database.
///
/// # Errors
/// When its file cannot be opened.
pub fn is_in_use(database: &Path) -> io::Result<bool> {
    Ok(Lock::take(database)?.is_none())
}
