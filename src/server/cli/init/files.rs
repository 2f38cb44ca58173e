//! The files that `init` makes. None takes the place of one that somebody wrote.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

use crate::server::cli::Failure;
use crate::server::new_file;

/// For its owner alone.
const PRIVATE_FOLDER: u32 = 0o700;
/// For the account of the service too. There is no secret in it.
const READ_BY_ALL: u32 = 0o644;
/// The folder of the keys and secrets.
const SECRETS: &str = "secrets";
/// What is not to be lost is not written over.
const THERE: &str = "is there already. Move it away";

/// The folders of the Debian package's service, as its unit in `packaging/debian` names them.
mod package {
    pub(super) const CONFIGURATION: &str = "/etc/partner-dashboard";
    pub(super) const STATE: &str = "/var/lib/partner-dashboard";
    pub(super) const DOCUMENTS: &str = "/usr/share/doc/partner-dashboard/docs";
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

    /// The folder of the documents, as whoever reads the configuration has it.
    pub(super) fn documents(self) -> &'static str {
        match self {
            Self::OneFolder => "docs",
            Self::DebianPackage => package::DOCUMENTS,
        }
    }

    /// What tells whether a changed configuration is right, and takes it up.
    pub(super) fn after_a_change(self) -> &'static str {
        match self {
            Self::OneFolder => "`partner-dashboard config check --config FILE` says what is wrong",
            Self::DebianPackage => "`systemctl reload partner-dashboard` takes it up, and the log says what is wrong",
        }
    }
}

/// A new installation: where its files are, and what the service calls them.
#[derive(Debug)]
pub(super) struct Installation {
    path: PathBuf,
    layout: Layout,
}

impl Installation {
    /// Before anything is asked: makes the folder where there is none, and sees that it can be written to. One in which somebody has
    /// written a configuration is refused.
    pub(super) fn begin(path: &Path, layout: Layout) -> Result<Self, Failure> {
        match layout {
            Layout::OneFolder => fs::create_dir_all(path).map_err(|error| failure(path, error))?,
            Layout::DebianPackage => {
                let secrets = path.join(SECRETS);
                new_file::try_folder(&secrets).map_err(|error| match error.kind() {
                    ErrorKind::NotFound => failure(&secrets, "is not there. Install the Debian package first"),
                    ErrorKind::PermissionDenied => failure(&secrets, "cannot be written to. Run this as root"),
                    _ => failure(&secrets, error),
                })?;
            }
        }
        let path = fs::canonicalize(path).map_err(|error| failure(path, error))?;
        let installation = Self { path, layout };
        installation.refuse_to_replace()?;
        Ok(installation)
    }

    /// Refuses where there is a configuration that somebody wrote.
    fn refuse_to_replace(&self) -> Result<(), Failure> {
        let configuration = self.configuration();
        match (self.layout, fs::read_to_string(&configuration)) {
            (_, Err(error)) if error.kind() == ErrorKind::NotFound => Ok(()),
            (Layout::DebianPackage, Ok(text)) if text == package::UNEDITED => Ok(()),
            (Layout::DebianPackage, Ok(_)) => {
                Err(failure(&configuration, "is not as the package brought it. Move it away to begin anew"))
            }
            (Layout::OneFolder, _) => {
                Err(failure(&configuration, format_args!("{THERE}, or name another --directory")))
            }
            (Layout::DebianPackage, Err(error)) => Err(failure(&configuration, error)),
        }
    }

    /// Whose folders it has.
    pub(super) fn layout(&self) -> Layout {
        self.layout
    }

    /// The environment that the service has too. systemd hands nothing of this one's on.
    pub(super) fn variables(&self) -> Vec<(String, String)> {
        match self.layout {
            Layout::OneFolder => std::env::vars().collect(),
            Layout::DebianPackage => Vec::new(),
        }
    }

    /// Whether the service can write to the folder of a database, which is given as its URL.
    pub(super) fn check_database(&self, url: &str) -> Result<(), String> {
        match (self.layout, url.strip_prefix("sqlite:")) {
            (Layout::DebianPackage, Some(file)) if !Path::new(file).starts_with(package::STATE) => {
                Err(format!("lies where the service cannot write: it can in {} alone", package::STATE))
            }
            _ => Ok(()),
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
        self.path.join(SECRETS)
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

    /// Writes all secrets, or none.
    pub(super) fn keep_secrets(&self, secrets: &[(String, SecretString)]) -> Result<(), Failure> {
        make_private(&self.secrets())?;
        for (place, (name, secret)) in secrets.iter().enumerate() {
            if let Err(failure) = write(&self.secret(name), secret.expose_secret()) {
                self.remove_secrets(secrets[..place].iter().map(|(name, _)| name.as_str()));
                return Err(failure);
            }
        }
        Ok(())
    }

    /// Removes secrets that were written a moment ago, so that the same command can be given again.
    pub(super) fn remove_secrets<'a>(&self, names: impl IntoIterator<Item = &'a str>) {
        for name in names {
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
            Layout::DebianPackage => {
                // Questions take their time: somebody may have written one meanwhile.
                self.refuse_to_replace()?;
                new_file::replace(&path, text.as_bytes(), READ_BY_ALL).map_err(|error| failure(&path, error))
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
    new_file::create(path, text.as_bytes()).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => failure(path, THERE),
        _ => failure(path, error),
    })
}

fn failure(path: &Path, reason: impl std::fmt::Display) -> Failure {
    Failure::configuration(format_args!("{}: {reason}", path.display()))
}
