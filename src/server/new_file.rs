//! Files that are whole before they have their name, so that neither a full disk nor a loss of power leaves half of one.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// For its owner alone.
pub const PRIVATE: u32 = 0o600;

/// Writes a file that is not there yet, for its owner alone.
///
/// # Errors
/// When it cannot be written. What has this name already stays as it is: the error is `AlreadyExists`.
pub fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    let beside = write_beside(path, content, PRIVATE)?;
    // Unlike a rename, it fails where the name is taken.
    let linked = fs::hard_link(&beside, path);
    fs::remove_file(&beside)?;
    linked.and_then(|()| sync(folder(path)))
}

/// Writes a file in the place of the one of this name, with this mode.
///
/// # Errors
/// When it cannot be written. Then the old one is still there.
pub fn replace(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let beside = write_beside(path, content, mode)?;
    if let Err(error) = fs::rename(&beside, path) {
        drop(fs::remove_file(&beside));
        return Err(error);
    }
    sync(folder(path))
}

/// Whether files can be made in a folder.
///
/// # Errors
/// Why not.
pub fn try_folder(folder: &Path) -> io::Result<()> {
    fs::remove_file(write_beside(&folder.join("file"), &[], PRIVATE)?)
}

/// A whole file under a name that nobody else uses. Where it fails, nothing is left of it.
fn write_beside(path: &Path, content: &[u8], mode: u32) -> io::Result<PathBuf> {
    let beside = folder(path).join(format!(".{}.new", Uuid::new_v4()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(&beside)?;
    let written = file.write_all(content).and_then(|()| file.set_permissions(Permissions::from_mode(mode)));
    match written.and_then(|()| file.sync_all()) {
        Ok(()) => Ok(beside),
        Err(error) => {
            drop(fs::remove_file(&beside));
            Err(error)
        }
    }
}

/// The name too must survive a loss of power.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_name_that_is_taken_keeps_its_file_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        create(&path, b"first").unwrap();
        assert_eq!(create(&path, b"second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"first".to_vec(), PRIVATE));
        replace(&path, b"third", 0o644).unwrap();
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"third".to_vec(), 0o644));
        try_folder(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_take_its_place_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("taken");
        fs::create_dir_all(path.join("full")).unwrap();
        assert!(replace(&path, b"x", PRIVATE).is_err());
        assert!(try_folder(&folder.path().join("nowhere")).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
