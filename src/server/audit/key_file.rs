//! The key that signs the log: a file of its own, made on the first start where there is none.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::tree::{NoteError, SigningKey};

/// For its owner alone.
const PRIVATE: u32 = 0o600;

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
    let key_error = |reason| KeyFileError::Key { path: path.to_owned(), reason };
    let file_error = |reason| KeyFileError::File { path: path.to_owned(), reason };
    match fs::read_to_string(path) {
        Ok(pem) => SigningKey::from_pem(origin, &pem).map_err(key_error),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = SigningKey::new(origin).map_err(key_error)?;
            write(path, &key.to_pem().map_err(key_error)?).map_err(file_error)?;
            let path = path.display();
            tracing::warn!(
                "a new key for the audit log was written to {path}: whoever has it can forge the log. Keep it where \
                 neither the database nor its backups are, and name that place in audit.signing_key_file"
            );
            Ok(key)
        }
        Err(error) => Err(file_error(error)),
    }
}

/// Writes a new file, so that it is whole when it has its name: a half-written key would be refused for ever.
fn write(path: &Path, pem: &str) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(PRIVATE).open(&beside)?;
    file.write_all(pem.as_bytes())?;
    file.sync_all()?;
    // Two programs may start at once: the first key stays.
    let linked = fs::hard_link(&beside, path);
    fs::remove_file(&beside)?;
    linked
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

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
}
