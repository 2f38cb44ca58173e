//! Where everything is kept.

use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};

use super::{DatabaseError, postgres, sqlite};

/// An `sqlite:FILE` or `postgres://…` URL. It may have a password in it, which is told to nobody but the server.
#[derive(Clone)]
pub struct DatabaseUrl(SecretString);

impl DatabaseUrl {
    /// Whether it names a PostgreSQL server, which other replicas use too.
    pub fn is_postgres(&self) -> bool {
        postgres::is_url(self.expose())
    }

    /// The file of an SQLite database. `instead` says what to do where there is none.
    ///
    /// # Errors
    /// When it is no such URL.
    pub fn file(&self, instead: &'static str) -> Result<PathBuf, DatabaseError> {
        if self.is_postgres() {
            return Err(DatabaseError::NeedsFile { instead });
        }
        sqlite::file_of(self.expose())
    }

    /// The URL, with its password.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for DatabaseUrl {
    fn from(url: String) -> Self {
        Self(SecretString::from(url))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.is_postgres() { "DatabaseUrl(postgres)" } else { "DatabaseUrl(sqlite)" })
    }
}
