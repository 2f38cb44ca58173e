//! Reads a secret from a file, and checks who else may read or write it.

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use secrecy::SecretString;

/// The bits of a file's mode that let everybody read or write it.
const READ_BY_ALL: u32 = 0o004;
const WRITTEN_BY_ALL: u32 = 0o002;

/// Why there is no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SecretFileError {
    /// The file does not exist, cannot be read, or is empty.
    Missing(String),
    /// Everybody on this machine may write the file.
    Unsafe(String),
}

impl SecretFileError {
    /// What is wrong, as text.
    pub(super) fn into_reason(self) -> String {
        match self {
            Self::Missing(reason) | Self::Unsafe(reason) => reason,
        }
    }
}

/// The secret in a file, without line breaks at the end.
///
/// # Errors
/// When it cannot be read, or everybody may write it. A file that everybody may read is accepted with a warning, because
/// Kubernetes mounts secrets that way.
pub(super) fn read(path: &Path) -> Result<SecretString, SecretFileError> {
    let missing =
        |error: std::io::Error| SecretFileError::Missing(format!("{} cannot be read: {error}", path.display()));
    let mut file = File::open(path).map_err(missing)?;
    check_mode(path, &file.metadata().map_err(missing)?)?;
    let mut secret = String::new();
    file.read_to_string(&mut secret).map_err(missing)?;
    without_line_breaks(&secret).ok_or_else(|| SecretFileError::Missing(format!("{} is empty", path.display())))
}

/// A secret without line breaks at the end, which files and variables of the environment often have. `None` when nothing
/// is left.
pub(super) fn without_line_breaks(secret: &str) -> Option<SecretString> {
    let secret = secret.trim_end_matches(['\r', '\n']);
    (!secret.is_empty()).then(|| SecretString::from(secret.to_owned()))
}

fn check_mode(path: &Path, metadata: &Metadata) -> Result<(), SecretFileError> {
    let (mode, path) = (metadata.permissions().mode(), path.display());
    if mode & WRITTEN_BY_ALL != 0 {
        let reason = format!("{path} can be written by everyone on this machine: run chmod 600 {path}");
        return Err(SecretFileError::Unsafe(reason));
    }
    if mode & READ_BY_ALL != 0 {
        tracing::warn!("{path} holds a secret and can be read by everyone on this machine: run chmod 600 {path}");
    }
    Ok(())
}
