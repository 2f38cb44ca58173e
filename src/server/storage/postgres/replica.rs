//! One program among several on a database: what it holds among them is held by one connection, and ends with that.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::{Mutex, watch};

use super::text;
use crate::server::storage::{DatabaseError, SharedLocks, StorageError};

/// How often a replica looks whether it may lead, and whether it still has what it holds.
const INTERVAL: Duration = Duration::from_secs(1);
/// A server that takes longer to say so does not answer.
const ANSWER: Duration = Duration::from_secs(5);
/// Of all locks in the database, the one of the replica that leads: the first bytes of SHA-256 of `partner-dashboard`.
const LEADER: i64 = 0x40e6_38c3_0583_41fb;
/// The lock that every replica shares as long as it runs: the next bytes of that.
pub(super) const MEMBER: i64 = 0x4a43_bd16_2feb_b78a;

/// What a replica is among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Another one leads, or none yet.
    Follows,
    /// It does what is done once for all: it refreshes, checks, settles and removes.
    Leads,
    /// Nobody knows: its connection is lost, and with it all locks.
    Lost,
}

/// This program among those on the same database.
#[derive(Debug)]
pub struct Replica {
    connection: Mutex<PgConnection>,
    process: i32,
    standing: watch::Sender<Standing>,
}

impl Replica {
    /// Joins the others. While the server cannot be reached, it is tried again.
    ///
    /// # Errors
    /// When the server refuses this program.
    pub async fn join(url: &str) -> Result<Arc<Self>, DatabaseError> {
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
        // Whoever fills the database has it alone: that takes its time.
        let process = sqlx::query_scalar("SELECT pg_backend_pid() FROM pg_advisory_lock_shared($1)");
        let process = process.bind(MEMBER).fetch_one(&mut connection).await?;
        let (standing, _) = watch::channel(Standing::Follows);
        let joined = Self { connection: Mutex::new(connection), process, standing };
        joined.look().await;
        Ok(Arc::new(joined))
    }

    /// The number of the server's process that has its locks.
    pub fn process(&self) -> i32 {
        self.process
    }

    /// What it is among the others, now and from now on.
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Leads when no other one does, and watches its connection, until that is lost.
    pub async fn keep(self: Arc<Self>) {
        while *self.standing.borrow() != Standing::Lost {
            tokio::time::sleep(INTERVAL).await;
            self.look().await;
        }
    }

    async fn look(&self) {
        let leads = *self.standing.borrow() == Standing::Leads;
        let looked = self.ask(async |connection| {
            if leads {
                return connection.ping().await.map(|()| true);
            }
            sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LEADER).fetch_one(connection).await
        });
        if let Ok(true) = looked.await {
            self.standing.send_if_modified(|standing| {
                let is_new = *standing == Standing::Follows;
                if is_new {
                    *standing = Standing::Leads;
                }
                is_new
            });
        }
    }

    /// Asks on the connection that has the locks. Without an answer, it is lost.
    async fn ask<T>(
        &self,
        ask: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StorageError> {
        let asked = async {
            let mut connection = self.connection.lock().await;
            if *self.standing.borrow() == Standing::Lost {
                return Err(sqlx::Error::PoolClosed);
            }
            ask(&mut connection).await
        };
        // What takes too long is given up with the connection: nobody knows what it has.
        let asked = tokio::time::timeout(ANSWER, asked).await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
        if let Err(error) = &asked
            && self.standing.send_replace(Standing::Lost) != Standing::Lost
        {
            tracing::error!(%error, "the connection that has the locks of this replica is lost");
        }
        Ok(asked?)
    }
}

#[async_trait]
impl SharedLocks for Replica {
    async fn try_lock(&self, name: &str) -> Result<bool, StorageError> {
        let name = text(name).into_owned();
        self.ask(async |connection| {
            let lock = sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtextextended($1, 1))").bind(name);
            lock.fetch_one(connection).await
        })
        .await
    }

    fn unlock(self: Arc<Self>, name: String) {
        // Where the program ends, the lock ends with its connection.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let given_back = self.ask(async |connection| {
                let unlock = sqlx::query("SELECT pg_advisory_unlock(hashtextextended($1, 1))").bind(text(&name));
                unlock.execute(connection).await
            });
            if let Err(error) = given_back.await {
                tracing::warn!(%error, "a lock was not given back: it ends with its connection");
            }
        });
    }

    async fn is_locked(&self, name: &str) -> Result<bool, StorageError> {
        let name = text(name).into_owned();
        self.ask(async |connection| {
            let held = sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                     AND (classid::bigint << 32) | objid::bigint = hashtextextended($1, 1))",
            );
            held.bind(name).fetch_one(connection).await
        })
        .await
    }
}

/// That no replica runs, until this is dropped: whoever fills a database has it alone.
#[derive(Debug)]
pub struct Alone {
    _connection: PgConnection,
}

impl Alone {
    /// `None` when a replica runs.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn on(url: &str) -> Result<Option<Self>, DatabaseError> {
        let mut connection = options(url)?.connect().await?;
        let lock = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(MEMBER);
        let is_alone: bool = lock.fetch_one(&mut connection).await?;
        Ok(is_alone.then_some(Self { _connection: connection }))
    }
}

/// Whether the server is not there, or not yet: SQLSTATE 57P03 says that it is starting.
fn is_unreachable(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(_))
        || error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("57P03"))
}

fn options(url: &str) -> Result<PgConnectOptions, DatabaseError> {
    let options = PgConnectOptions::from_str(url).map_err(|_| DatabaseError::PostgresUrl)?;
    Ok(options.application_name("partner-dashboard replica"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::storage::postgres::test_server::PostgresServer;

    async fn is(replica: &Replica, standing: Standing) {
        let mut now = replica.standing();
        now.wait_for(|now| *now == standing).await.unwrap();
    }

    #[tokio::test]
    async fn one_replica_leads_and_the_next_when_it_is_gone() {
        let server = PostgresServer::start();
        let url = server.url("postgres");
        let first = Replica::join(&url).await.unwrap();
        is(&first, Standing::Leads).await;
        let second = Replica::join(&url).await.unwrap();
        let keeps = tokio::spawn(Arc::clone(&second).keep());
        assert_eq!(*second.standing().borrow(), Standing::Follows);
        assert!(Alone::on(&url).await.unwrap().is_none());
        drop(first);
        is(&second, Standing::Leads).await;
        // The server ends every connection, as it does when it starts anew.
        let mut operator = PgConnection::connect(&url).await.unwrap();
        let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%replica'";
        sqlx::query(all).execute(&mut operator).await.unwrap();
        keeps.await.unwrap();
        assert_eq!(*second.standing().borrow(), Standing::Lost);
        assert!(second.try_lock("a").await.is_err());
    }

    #[tokio::test]
    async fn a_lock_is_had_by_one_replica_until_it_gives_it_back_or_ends() {
        let server = PostgresServer::start();
        let url = server.url("postgres");
        let (first, second) = (Replica::join(&url).await.unwrap(), Replica::join(&url).await.unwrap());
        assert!(first.try_lock("sandbox organisation o-1").await.unwrap());
        assert!(first.try_lock("sandbox organisation o-1").await.unwrap());
        assert!(!second.try_lock("sandbox organisation o-1").await.unwrap());
        assert!(second.try_lock("sandbox organisation o-2\0").await.unwrap());
        assert!(second.is_locked("sandbox organisation o-1").await.unwrap());
        assert!(!second.is_locked("sandbox organisation o-3").await.unwrap());
        for is_free in [false, true] {
            Arc::clone(&first).unlock("sandbox organisation o-1".to_owned());
            // Asked on the same connection: it is given back by then.
            first.is_locked("o-4").await.unwrap();
            tokio::task::yield_now().await;
            let deadline = tokio::time::Instant::now() + Duration::from_secs(5);
            while is_free && !second.try_lock("sandbox organisation o-1").await.unwrap() {
                assert!(tokio::time::Instant::now() < deadline, "it is never given back");
            }
        }
        Arc::clone(&second).unlock("sandbox organisation o-1".to_owned());
        drop(second);
        let deadline = tokio::time::Instant::now() + Duration::from_secs(5);
        while !first.try_lock("sandbox organisation o-2\0").await.unwrap() {
            assert!(tokio::time::Instant::now() < deadline, "it is never given back");
        }
    }
}
