//! Where everything is kept.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::{DatabaseError, postgres, sqlite};

/// A server that takes longer does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

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

    /// Whether it names a PostgreSQL server on this machine, which knows its users by their accounts.
    pub fn is_socket(&self) -> bool {
        self.is_postgres() && postgres::is_socket(self.expose())
    }

    /// Asks the server whether a dashboard could begin a database there. `None` for a file, which is nobody to ask.
    pub async fn ask(&self) -> Option<Result<(), DatabaseError>> {
        if !self.is_postgres() {
            return None;
        }
        let answer = tokio::time::timeout(PATIENCE, postgres::ask(self.expose())).await;
        Some(answer.unwrap_or(Err(DatabaseError::NoAnswer)))
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

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_server_that_takes_a_connection_and_says_nothing_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("postgres://dashboard:s3cret@{}/dashboard", listener.local_addr().unwrap());
        let answer = DatabaseUrl::from(url).ask().await;
        assert!(matches!(answer, Some(Err(DatabaseError::NoAnswer))), "{answer:?}");
        assert!(DatabaseUrl::from("sqlite:x.db".to_owned()).ask().await.is_none());
    }
}
