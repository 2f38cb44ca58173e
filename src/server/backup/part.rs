//! A file on its way to its name: it is removed unless it comes there, with what SQLite puts beside it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown};
use std::path::{Path, PathBuf};

/// For its owner alone.
const PRIVATE: u32 = 0o600;

/// A hidden file beside the one that it becomes.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
}

impl Part {
    /// An empty file, for its owner alone; it is open.
    pub(super) fn create(path: PathBuf) -> io::Result<(Self, File)> {
        let file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(&path)?;
        Ok((Self { path }, file))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the file its name, once it is on disk.
    pub(super) fn rename(self, name: &Path) -> io::Result<()> {
        File::open(&self.path)?.sync_all()?;
        fs::rename(&self.path, name)?;
        sync(folder_of(name))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After it was renamed there is none. SQLite leaves its journal where a write failed.
        for end in ["", "-journal", "-wal", "-shm"] {
            let mut path = self.path.clone().into_os_string();
            path.push(end);
            let _ = fs::remove_file(path);
        }
    }
}

/// Makes the names in a folder survive a loss of power.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The folder of a file.
pub(super) fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Gives a file to whoever has the database, or its folder where there is none: what root makes beside it, the account of the
/// service must be able to open. Nobody else may give a file away.
pub fn give_to_owner(file: &File, database: &Path) {
    if let Ok(owner) = database.metadata().or_else(|_| folder_of(database).metadata()) {
        let _ = fchown(file, Some(owner.uid()), Some(owner.gid()));
    }
}
