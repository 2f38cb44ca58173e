//! What the commands about the audit log are given: a database, a public key, and files beside them.

use std::fs;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use tempfile::TempDir;

use super::{Failure, with_causes};
use crate::server::audit::VerifyingKey;
use crate::server::config::named_database;
use crate::server::storage::{DatabaseUrl, StorageError, log_to_file};

/// Where the password of a PostgreSQL server is read from, so that no list of processes shows it.
const PASSWORD: &str = "PARTNER_DASHBOARD_DATABASE_PASSWORD";

/// The log that a command reads: a file, or a copy of the log of a PostgreSQL server, which is gone when this is dropped.
#[derive(Debug)]
pub(super) struct LogFile {
    pub(super) path: PathBuf,
    _copy: Option<TempDir>,
}

impl LogFile {
    /// The log of a database that is named as a file or as a URL.
    pub(super) async fn of(database: &Path) -> Result<Self, Failure> {
        let named = database.to_str().unwrap_or_default();
        if DatabaseUrl::from(named.to_owned()).is_postgres() {
            return Self::copy_of(&database_url("--database", named)?).await;
        }
        Ok(Self { path: database.to_owned(), _copy: None })
    }

    /// A copy of the log of a PostgreSQL server as it is at this moment.
    pub(super) async fn copy_of(database: &DatabaseUrl) -> Result<Self, Failure> {
        let directory = tempfile::tempdir()
            .map_err(|error| Failure::configuration(format_args!("there is no room for a copy of the log: {error}")))?;
        let path = directory.path().join("log.db");
        let copied = log_to_file(database.expose(), &path).await;
        copied.map_err(|error| Failure::configuration(with_causes(&error)))?;
        Ok(Self { path, _copy: Some(directory) })
    }
}

/// A database that is named on the command line, with the password from the environment.
pub(super) fn database_url(option: &str, named: &str) -> Result<DatabaseUrl, Failure> {
    let password = std::env::var(PASSWORD).ok().map(SecretString::from);
    named_database(option, named, password).map_err(Failure::configuration)
}

/// The database, or what is in it, is of another form.
pub(super) fn unreadable(error: StorageError) -> Failure {
    Failure::configuration(with_causes(&error))
}

pub(super) fn read_key(file: &Path) -> Result<VerifyingKey, Failure> {
    read(file)?.parse().map_err(|error| Failure::configuration(format_args!("{}: {error}", file.display())))
}

pub(super) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::configuration(format_args!("{}: {error}", path.display())))
}
