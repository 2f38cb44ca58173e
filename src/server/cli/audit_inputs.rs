//! What the commands about the audit log are given: a database, a public key, and files beside them.

use std::path::Path;
use std::{fs, io};

use secrecy::SecretString;

use super::signals::Signals;
use super::{Failure, with_causes};
use crate::server::audit::VerifyingKey;
use crate::server::config::named_database;
use crate::server::storage::{DatabaseUrl, StorageError, log_to_file};

/// Where the password of a PostgreSQL server is read from, so that no list of processes shows it.
const PASSWORD: &str = "PARTNER_DASHBOARD_DATABASE_PASSWORD";

/// Reads the log of a database that is named as a file or as a URL. The log of a PostgreSQL server is copied first.
pub(super) async fn with_log<T>(
    database: &Path,
    read: impl AsyncFnOnce(&Path) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let named = database.to_str().unwrap_or_default();
    if DatabaseUrl::from(named.to_owned()).is_postgres() {
        return with_copy(&database_url("--database", named)?, read).await;
    }
    read(database).await
}

/// Reads a copy of the log of a PostgreSQL server as it is at this moment. The copy is removed afterwards, also when a signal
/// ends the command.
pub(super) async fn with_copy<T>(
    database: &DatabaseUrl,
    read: impl AsyncFnOnce(&Path) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut signals = Signals::new()?;
    let copied = async {
        let directory = tempfile::tempdir()
            .map_err(|error| Failure::configuration(format_args!("there is no room for a copy of the log: {error}")))?;
        let path = directory.path().join("log.db");
        let copied = log_to_file(database.expose(), &path).await;
        copied.map_err(|error| Failure::configuration(with_causes(&error)))?;
        read(&path).await
    };
    tokio::select! {
        ended = copied => ended,
        () = signals.next() => Err(Failure::new("stopped by a signal")),
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
    fs::read_to_string(path).map_err(|error| unread(path, &error))
}

/// A file that may hold what is no text.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| unread(path, &error))
}

fn unread(path: &Path, error: &io::Error) -> Failure {
    Failure::configuration(format_args!("{}: {error}", path.display()))
}
