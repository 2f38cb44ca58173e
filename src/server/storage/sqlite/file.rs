//! The file of the database: for the account that runs this program alone.

use std::fs::{OpenOptions, metadata};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// For its owner alone. SQLite gives the files beside the database the same mode.
const PRIVATE: u32 = 0o600;
/// The bits by which everybody may read or write a file.
const EVERYBODY: u32 = 0o006;

/// Where a database waits that is about to take the place of another one. While it is there, none can be opened: the files of
/// the other one may be gone in part.
pub fn restoring(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".restoring");
    name.into()
}

/// Makes the file if there is none, so that it is private from the start, and warns of one that is not. Whatever goes
/// wrong here, SQLite says when it opens the file.
pub(super) fn prepare(path: &Path) {
    let is_new = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(path).is_ok();
    if is_new {
        return;
    }
    if metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & EVERYBODY != 0) {
        let path = path.display();
        tracing::warn!("the database {path} can be read by everyone on this machine: run chmod 600 {path}*");
    }
}
