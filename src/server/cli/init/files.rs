//! The files that `init` makes. None takes the place of one that somebody wrote.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

use crate::server::cli::Failure;

/// For its owner alone.
const PRIVATE: u32 = 0o600;
const PRIVATE_FOLDER: u32 = 0o700;
/// For the account of the service too. There is no secret in it.
const READ_BY_ALL: u32 = 0o644;
/// What is not to be lost is not written over.
const THERE: &str = "is there already. Move it away";

/// The folders of the Debian package's service, as its unit in `packaging/debian` names them.
mod package {
    pub(super) const CONFIGURATION: &str = "/etc/partner-dashboard";
    pub(super) const STATE: &str = "/var/lib/partner-dashboard";
    /// systemd hands each file of the folder of secrets on to the service under this prefix and its name.
    pub(super) const CREDENTIALS: &str = "/run/credentials/partner-dashboard.service/secret_";
    /// The configuration that the package comes with. Whoever has not edited it has nothing to lose.
    pub(super) const UNEDITED: &str = include_str!("../../../../packaging/debian/partner-dashboard.toml");
}

/// Whose folders an installation has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// All in one folder, for whoever starts the program by hand or with a unit of their own.
    OneFolder,
    /// Those of the service that the Debian package brings.
    DebianPackage,
}

impl Layout {
    /// The folder of the configuration, where none is named.
    pub(super) fn directory(self) -> &'static Path {
        Path::new(match self {
            Self::OneFolder => ".",
            Self::DebianPackage => package::CONFIGURATION,
        })
    }
}

/// A new installation: where its files are, and what the service calls them.
#[derive(Debug)]
pub(super) struct Installation {
    path: PathBuf,
    layout: Layout,
}

impl Installation {
    /// Makes the folder where there is none. One in which somebody has written a configuration is refused.
    pub(super) fn begin(path: &Path, layout: Layout) -> Result<Self, Failure> {
        fs::create_dir_all(path).map_err(|error| failure(path, error))?;
        let path = fs::canonicalize(path).map_err(|error| failure(path, error))?;
        let installation = Self { path, layout };
        let configuration = installation.configuration();
        match (layout, fs::read_to_string(&configuration)) {
            (_, Err(error)) if error.kind() == ErrorKind::NotFound => Ok(installation),
            (Layout::DebianPackage, Ok(text)) if text == package::UNEDITED => Ok(installation),
            (Layout::DebianPackage, Ok(_)) => Err(failure(&configuration, "has been edited. Move it away")),
            (Layout::OneFolder, _) => {
                Err(failure(&configuration, format_args!("{THERE}, or name another --directory")))
            }
            (Layout::DebianPackage, Err(error)) => Err(failure(&configuration, error)),
        }
    }

    /// The file of the configuration.
    pub(super) fn configuration(&self) -> PathBuf {
        self.path.join("partner-dashboard.toml")
    }

    /// The file of the database.
    pub(super) fn database(&self) -> PathBuf {
        self.state().join("partner-dashboard.db")
    }

    /// Where checkpoints of the audit log are kept beside the database.
    pub(super) fn checkpoints(&self) -> PathBuf {
        self.state().join("audit-checkpoints.txt")
    }

    /// The folder of backups.
    pub(super) fn backups(&self) -> PathBuf {
        self.state().join("backups")
    }

    fn state(&self) -> &Path {
        match self.layout {
            Layout::OneFolder => &self.path,
            Layout::DebianPackage => Path::new(package::STATE),
        }
    }

    /// The folder of the keys and secrets.
    pub(super) fn secrets(&self) -> PathBuf {
        self.path.join("secrets")
    }

    /// Where a secret is.
    pub(super) fn secret(&self, name: &str) -> PathBuf {
        self.secrets().join(name)
    }

    /// Where the service reads a secret.
    pub(super) fn secret_of_service(&self, name: &str) -> PathBuf {
        match self.layout {
            Layout::OneFolder => self.secret(name),
            Layout::DebianPackage => format!("{}{name}", package::CREDENTIALS).into(),
        }
    }

    /// Writes all secrets, or none where one of them is there already.
    pub(super) fn keep_secrets(&self, secrets: &[(&str, SecretString)]) -> Result<(), Failure> {
        make_private(&self.secrets())?;
        if let Some((name, _)) = secrets.iter().find(|(name, _)| self.secret(name).exists()) {
            return Err(failure(&self.secret(name), THERE));
        }
        for (name, secret) in secrets {
            write(&self.secret(name), secret.expose_secret())?;
        }
        Ok(())
    }

    /// Removes secrets that were written a moment ago.
    pub(super) fn remove_secrets(&self, secrets: &[(&str, SecretString)]) {
        for (name, _) in secrets {
            // What cannot be removed is named by the next attempt.
            drop(fs::remove_file(self.secret(name)));
        }
    }

    /// Makes the folder of backups. For the service of the package systemd does that.
    pub(super) fn make_backups(&self) -> Result<(), Failure> {
        match self.layout {
            Layout::OneFolder => make_private(&self.backups()),
            Layout::DebianPackage => Ok(()),
        }
    }

    /// Writes the configuration.
    pub(super) fn keep_configuration(&self, text: &str) -> Result<(), Failure> {
        let path = self.configuration();
        match self.layout {
            Layout::OneFolder => write(&path, text),
            // Whole before it takes the place of the package's own.
            Layout::DebianPackage => {
                let beside = path.with_extension("toml.new");
                write(&beside, text)?;
                let readable = fs::set_permissions(&beside, Permissions::from_mode(READ_BY_ALL));
                readable.and_then(|()| fs::rename(&beside, &path)).map_err(|error| failure(&path, error))
            }
        }
    }

    /// What is to be done next.
    pub(super) fn next(&self) -> String {
        match self.layout {
            Layout::OneFolder => format!("partner-dashboard serve --config {}", self.configuration().display()),
            Layout::DebianPackage => "systemctl enable --now partner-dashboard".to_owned(),
        }
    }
}

fn make_private(folder: &Path) -> Result<(), Failure> {
    match DirBuilder::new().mode(PRIVATE_FOLDER).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failure(folder, error)),
        _ => Ok(()),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => failure(path, THERE),
        _ => failure(path, error),
    })
}

fn failure(path: &Path, reason: impl std::fmt::Display) -> Failure {
    Failure::configuration(format_args!("{}: {reason}", path.display()))
}
