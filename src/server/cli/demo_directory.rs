//! The directory of the demo: what is in it, and who uses it.

use std::fs::{File, Metadata, OpenOptions, metadata};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::locked_file::lock;
use super::{Failure, say_aside};

/// The file of the database.
const DATABASE: &str = "partner-dashboard.db";
/// What SQLite and the search keep beside the database: endings of its name.
const BESIDE: [&str; 6] = ["", "-wal", "-shm", ".search", ".search-wal", ".search-shm"];
/// For its owner alone.
const PRIVATE: u32 = 0o600;
/// It is there while the history is being made.
const UNFINISHED: &str = "partner-dashboard.history-unfinished";
/// It is locked by the demo that uses the directory.
const LOCK: &str = "partner-dashboard.demo-lock";

/// A directory that no other demo uses.
#[derive(Debug)]
pub(super) struct DemoDirectory {
    path: PathBuf,
    /// The system unlocks it when the program ends, however it ends.
    _lock: File,
}

impl DemoDirectory {
    /// Makes the directory where there is none, and takes it.
    ///
    /// # Errors
    /// When it cannot be written, and when another demo uses it.
    pub(super) fn take(path: &Path) -> Result<Self, Failure> {
        std::fs::create_dir_all(path).map_err(|error| failure(path, error))?;
        let locked = path.join(LOCK);
        match lock(&locked) {
            Ok(Some(lock)) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Ok(None) => Err(failure(path, "another demo uses this directory")),
            Err(error) => Err(failure(&locked, error)),
        }
    }

    /// Where the database is, or will be.
    pub(super) fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// Makes an empty database, and says that it holds a part of a history until [`DemoDirectory::finished`] says that it is
    /// whole.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn begin(&self) -> Result<(), Failure> {
        let (mark, database) = (self.path.join(UNFINISHED), self.database());
        let file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(&database);
        let file = file.and_then(|file| file.metadata()).map_err(|error| failure(&database, error))?;
        std::fs::write(&mark, identity(&file)).map_err(|error| failure(&mark, error))
    }

    /// Says that the database is to be kept.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn finished(&self) -> Result<(), Failure> {
        let mark = self.path.join(UNFINISHED);
        std::fs::remove_file(&mark).map_err(|error| failure(&mark, error))
    }

    /// Removes the database of a start that ended while it made the history, and nothing else: the directory may hold files
    /// of its owner, a database and a key that came after that start among them.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub(super) fn forget_unfinished(&self) -> Result<(), Failure> {
        let Ok(begun) = std::fs::read_to_string(self.path.join(UNFINISHED)) else {
            return Ok(());
        };
        if !metadata(self.database()).is_ok_and(|database| identity(&database) == begun) {
            return self.finished();
        }
        say_aside(format_args!(
            "The last start ended before the demo's history was complete. Its database is removed: {}",
            self.database().display()
        ));
        // The mark last: what ends in between is begun again.
        for end in BESIDE {
            let file = self.path.join(format!("{DATABASE}{end}"));
            match std::fs::remove_file(&file) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(failure(&file, error)),
                _ => {}
            }
        }
        self.finished()
    }
}

/// Tells a file from one that takes its place: its number in the file system, and when it was made.
fn identity(file: &Metadata) -> String {
    let made = file.created().ok().and_then(|made| made.duration_since(UNIX_EPOCH).ok());
    format!("{} {}", file.ino(), made.unwrap_or_default().as_nanos())
}

fn failure(path: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::configuration(format_args!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn only_the_database_of_an_unfinished_history_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let taken = DemoDirectory::take(directory.path()).unwrap();
        taken.begin().unwrap();
        for end in &BESIDE[1..] {
            std::fs::write(directory.path().join(format!("{DATABASE}{end}")), "part").unwrap();
        }
        let kept = ["partner-dashboard.audit-key.pem", "partner-dashboard.demo-lock", "partner-dashboard.toml"];
        for name in kept {
            std::fs::write(directory.path().join(name), "mine").unwrap();
        }
        taken.forget_unfinished().unwrap();
        assert_eq!(names(directory.path()), kept);
    }

    #[test]
    fn a_finished_database_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let taken = DemoDirectory::take(directory.path()).unwrap();
        taken.begin().unwrap();
        std::fs::write(taken.database(), "whole").unwrap();
        taken.finished().unwrap();
        taken.forget_unfinished().unwrap();
        assert!(taken.database().exists());
    }

    #[test]
    fn a_database_that_took_the_place_of_the_unfinished_one_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let taken = DemoDirectory::take(directory.path()).unwrap();
        taken.begin().unwrap();
        std::fs::rename(taken.database(), directory.path().join("moved away.db")).unwrap();
        std::fs::write(taken.database(), "somebody's own").unwrap();
        taken.forget_unfinished().unwrap();
        taken.forget_unfinished().unwrap();
        assert_eq!(std::fs::read_to_string(taken.database()).unwrap(), "somebody's own");
    }

    #[test]
    fn a_directory_is_used_by_one_demo_at_a_time() {
        let directory = tempfile::tempdir().unwrap();
        let first = DemoDirectory::take(directory.path()).unwrap();
        let second = DemoDirectory::take(directory.path()).unwrap_err();
        assert!(
            second.message.as_deref().is_some_and(|told| told.contains("another demo uses this directory")),
            "{second:?}"
        );
        drop(first);
        DemoDirectory::take(directory.path()).unwrap();
    }
}
