//! Reads a secret from a file of its own, and looks at who else can.

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use secrecy::SecretString;

/// The bits of a file's mode by which everybody may read and write it.
const READ_BY_ALL: u32 = 0o004;
const WRITTEN_BY_ALL: u32 = 0o002;

/// Why there is no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SecretFault {
    /// The file is not there, cannot be read, or is empty.
    Missing(String),
    /// Everybody could have put the secret there.
    Unsafe(String),
}

impl SecretFault {
    /// What is wrong, in words.
    pub(super) fn into_words(self) -> String {
        match self {
            Self::Missing(words) | Self::Unsafe(words) => words,
        }
    }
}

/// The secret in a file, without the line break at its end.
///
/// # Errors
/// When it cannot be read, or everybody may write it. One that everybody may read is taken with a warning: that is how
/// Kubernetes mounts secrets.
pub(super) fn read(path: &Path) -> Result<SecretString, SecretFault> {
    let missing = |error: std::io::Error| SecretFault::Missing(format!("{} cannot be read: {error}", path.display()));
    let mut file = File::open(path).map_err(missing)?;
    check_mode(path, &file.metadata().map_err(missing)?)?;
    let mut secret = String::new();
    file.read_to_string(&mut secret).map_err(missing)?;
    match secret.trim_end_matches(['\r', '\n']) {
        "" => Err(SecretFault::Missing(format!("{} is empty", path.display()))),
        secret => Ok(SecretString::from(secret.to_owned())),
    }
}

fn check_mode(path: &Path, metadata: &Metadata) -> Result<(), SecretFault> {
    let (mode, path) = (metadata.permissions().mode(), path.display());
    if mode & WRITTEN_BY_ALL != 0 {
        let words = format!("{path} can be written by everyone on this machine: run chmod 600 {path}");
        return Err(SecretFault::Unsafe(words));
    }
    if mode & READ_BY_ALL != 0 {
        tracing::warn!("{path} holds a secret and can be read by everyone on this machine: run chmod 600 {path}");
    }
    Ok(())
}
