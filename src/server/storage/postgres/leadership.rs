//! Which of several replicas is active: the one whose connection has the advisory lock.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::server::storage::DatabaseError;

/// How often a replica on standby looks whether it can be active, and the active one whether it still is.
const INTERVAL: Duration = Duration::from_secs(1);
/// A server that takes longer to say so does not answer.
const ANSWER: Duration = Duration::from_secs(5);
/// Of all locks in the database, this one: the first bytes of SHA-256 of `partner-dashboard`.
pub(super) const LOCK: i64 = 0x40e6_38c3_0583_41fb;

/// That this program is active. The lock ends with the connection, so also when the program is killed.
#[derive(Debug)]
pub struct Leadership {
    connection: PgConnection,
}

impl Leadership {
    /// Waits until no other program is active. `standby` is called once when there is one.
    ///
    /// # Errors
    /// When the server refuses this program. While it cannot be reached, it is tried again.
    pub async fn take(url: &str, standby: impl FnOnce()) -> Result<Self, DatabaseError> {
        let options = options(url)?;
        let mut connection = loop {
            match tokio::time::timeout(ANSWER, options.connect()).await {
                Ok(Ok(connection)) => break connection,
                Ok(Err(error)) if !is_unreachable(&error) => return Err(error.into()),
                Ok(Err(error)) => tracing::warn!(%error, "the database cannot be reached. It is tried again"),
                Err(_) => tracing::warn!("the database does not answer. It is tried again"),
            }
            tokio::time::sleep(INTERVAL).await;
        };
        let mut standby = Some(standby);
        loop {
            match try_lock(&mut connection).await {
                Ok(true) => return Ok(Self { connection }),
                Ok(false) => {
                    if let Some(standby) = standby.take() {
                        standby();
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "on standby: the database does not answer");
                    if let Ok(Ok(another)) = tokio::time::timeout(ANSWER, options.connect()).await {
                        connection = another;
                    }
                }
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }

    /// The same at once; `None` when another program is active.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn take_now(url: &str) -> Result<Option<Self>, DatabaseError> {
        let mut connection = options(url)?.connect().await?;
        let is_active = try_lock(&mut connection).await?;
        Ok(is_active.then_some(Self { connection }))
    }

    /// The number of the server's process that has the lock.
    ///
    /// # Errors
    /// When the server does not say it.
    pub async fn process(&mut self) -> Result<i32, DatabaseError> {
        Ok(sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut self.connection).await?)
    }

    /// Waits until it cannot be relied on any more: another program may be active from then on.
    pub async fn lost(mut self) {
        loop {
            tokio::time::sleep(INTERVAL).await;
            match tokio::time::timeout(ANSWER, self.connection.ping()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    return tracing::error!(%error, "the connection that made this replica active is lost");
                }
                Err(_) => return tracing::error!("the database does not answer the active replica"),
            }
        }
    }
}

/// Whether the server is not there, or not yet: SQLSTATE 57P03 says that it is starting.
fn is_unreachable(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(_))
        || error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("57P03"))
}

fn options(url: &str) -> Result<PgConnectOptions, DatabaseError> {
    let options = PgConnectOptions::from_str(url).map_err(|_| DatabaseError::PostgresUrl)?;
    Ok(options.application_name("partner-dashboard leadership"))
}

async fn try_lock(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let lock = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LOCK).fetch_one(connection);
    // What takes too long is given up with its connection, and with the lock, if it got that.
    tokio::time::timeout(ANSWER, lock).await.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut))
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;
    use crate::server::storage::postgres::test_server::PostgresServer;

    #[tokio::test]
    async fn one_program_is_active_and_the_next_when_it_is_gone() {
        let server = PostgresServer::start();
        let url = server.url("postgres");
        let first = Leadership::take(&url, || panic!("nobody else is active")).await.unwrap();
        let (waits, is_waiting) = tokio::sync::oneshot::channel();
        let second = tokio::spawn({
            let url = url.clone();
            async move { Leadership::take(&url, || waits.send(()).unwrap()).await }
        });
        is_waiting.await.unwrap();
        assert!(!second.is_finished());
        drop(first);
        let second = second.await.unwrap().unwrap();
        // The server ends every connection, as it does when it starts anew.
        let third = Leadership::take(&url, || {}).now_or_never();
        assert!(third.is_none());
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%leadership'";
        let mut operator = PgConnection::connect(&url).await.unwrap();
        sqlx::query(others).execute(&mut operator).await.unwrap();
        second.lost().await;
    }
}
