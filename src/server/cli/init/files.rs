//! The files that `init` makes. None takes the place of one that is there.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

use crate::server::cli::Failure;

/// For its owner alone.
const PRIVATE: u32 = 0o600;
const PRIVATE_FOLDER: u32 = 0o700;

/// A new installation's folder.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes the folder where there is none. One in which a configuration is already is refused.
    pub(super) fn begin(path: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(path).map_err(|error| failure(path, error))?;
        let path = fs::canonicalize(path).map_err(|error| failure(path, error))?;
        let folder = Self { path };
        let configuration = folder.configuration();
        if configuration.exists() {
            return Err(failure(&configuration, "is there already. Move it away, or name another --directory"));
        }
        Ok(folder)
    }

    /// The file of the configuration.
    pub(super) fn configuration(&self) -> PathBuf {
        self.path.join("partner-dashboard.toml")
    }

    /// The file of the database.
    pub(super) fn database(&self) -> PathBuf {
        self.path.join("partner-dashboard.db")
    }

    /// Where checkpoints of the audit log are kept beside the database.
    pub(super) fn checkpoints(&self) -> PathBuf {
        self.path.join("audit-checkpoints.txt")
    }

    /// Where a secret is.
    pub(super) fn secret(&self, name: &str) -> PathBuf {
        self.path.join("secrets").join(name)
    }

    /// Writes a secret.
    pub(super) fn keep_secret(&self, name: &str, secret: &SecretString) -> Result<PathBuf, Failure> {
        let folder = self.path.join("secrets");
        match DirBuilder::new().mode(PRIVATE_FOLDER).create(&folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failure(&folder, error)),
            _ => {}
        }
        let path = self.secret(name);
        write(&path, secret.expose_secret())?;
        Ok(path)
    }

    /// Writes the configuration.
    pub(super) fn keep_configuration(&self, text: &str) -> Result<PathBuf, Failure> {
        let path = self.configuration();
        write(&path, text)?;
        Ok(path)
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => failure(path, "is there already. Move it away, or name another --directory"),
        _ => failure(path, error),
    })
}

fn failure(path: &Path, reason: impl std::fmt::Display) -> Failure {
    Failure::configuration(format_args!("{}: {reason}", path.display()))
}
