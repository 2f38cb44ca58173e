//! The key that signs the log: a file of its own, made on the first start where there is none.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::tree::{NoteError, SigningKey};
use crate::server::new_file;

/// The bits by which others than the owner and the group may read or write a file.
const EVERYBODY: u32 = 0o006;

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read or written.
    #[error("the signing key {} of the audit log cannot be read or written", path.display())]
    File {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        #[source]
        reason: io::Error,
    },
    /// It is not a key, or the log's name cannot be used.
    #[error("the signing key {} of the audit log cannot be used", path.display())]
    Key {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        #[source]
        reason: NoteError,
    },
}

/// The key of a file, for a log with this name. Where there is no file, a new key is written there.
///
/// # Errors
/// When the file cannot be read or written, or is no key.
pub fn signing_key(path: &Path, origin: &str) -> Result<SigningKey, KeyFileError> {
    match existing_signing_key(path, origin) {
        Err(KeyFileError::File { reason, .. }) if reason.kind() == io::ErrorKind::NotFound => {
            let key_error = |reason| KeyFileError::Key { path: path.to_owned(), reason };
            let pem = SigningKey::new(origin).and_then(|key| key.to_pem()).map_err(key_error)?;
            write(path, &pem).map_err(|reason| KeyFileError::File { path: path.to_owned(), reason })?;
            // Of two programs that start at once, one has written it.
            existing_signing_key(path, origin)
        }
        read => read,
    }
}

/// The key of a file that is there.
///
/// # Errors
/// When the file cannot be read, or is no key.
pub fn existing_signing_key(path: &Path, origin: &str) -> Result<SigningKey, KeyFileError> {
    let pem = fs::read_to_string(path).map_err(|reason| KeyFileError::File { path: path.to_owned(), reason })?;
    if fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & EVERYBODY != 0) {
        let path = path.display();
        tracing::warn!("the signing key {path} can be read by everyone on this machine: run chmod 600 {path}");
    }
    SigningKey::from_pem(origin, &pem).map_err(|reason| KeyFileError::Key { path: path.to_owned(), reason })
}

/// Writes a new key. Where another program was first, its key stays.
fn write(path: &Path, pem: &str) -> io::Result<()> {
    match new_file::create(path, pem.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => {
            let path = path.display();
            tracing::warn!(
                "a new key for the audit log was written to {path}: whoever has it can forge the log. Keep it where \
                 neither the database nor its backups are, and name that place in audit.signing_key_file"
            );
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_is_kept_for_its_owner_alone_and_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("audit.key");
        let key = signing_key(&path, "partners.example/audit").unwrap();
        let again = signing_key(&path, "partners.example/audit").unwrap();
        assert_eq!(again.verifying(), key.verifying());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_is_no_key_is_refused_and_left_as_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("audit.key");
        fs::write(&path, "hello").unwrap();
        assert!(matches!(signing_key(&path, "a"), Err(KeyFileError::Key { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "hello");
        assert!(matches!(signing_key(&directory.path().join("x/y"), "a"), Err(KeyFileError::File { .. })));
    }
    #[test]
    fn programs_that_start_at_once_sign_with_the_same_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("audit.key");
        let keys = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..16).map(|_| scope.spawn(|| signing_key(&path, "a").unwrap().to_pem().unwrap())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(keys.iter().all(|key| *key == fs::read_to_string(&path).unwrap()));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn reading_a_key_makes_none() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("audit.key");
        assert!(matches!(existing_signing_key(&path, "a"), Err(KeyFileError::File { .. })));
        assert!(!path.exists());
    }
}
