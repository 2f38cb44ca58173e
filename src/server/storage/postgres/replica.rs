//! One program among several on a database: what it holds among them is held by one connection, and ends with that.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::error::DatabaseError as DatabaseRefusal;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::{mpsc, oneshot, watch};

use crate::server::storage::null_character::text;
use crate::server::storage::{DatabaseError, SharedLocks, StorageError};

/// How often a replica looks whether it may lead, and whether it still has what it holds.
const INTERVAL: Duration = Duration::from_secs(1);
/// A server that takes longer to say so does not answer.
const ANSWER: Duration = Duration::from_secs(15);
/// How the server notices that the machine of a replica is gone without a word: it asks for 30 seconds, and then has its locks back.
/// By that time a replica that only cannot be reached has given them up by itself. By default Linux asks after two hours.
const VANISHED: [(&str, &str); 4] = [
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "4"),
    ("tcp_user_timeout", "30000"),
];
/// A replica that says nothing for so long is frozen, though its machine still answers for it: the server has its locks back, and
/// the replica ends when it goes on. Otherwise it speaks once in [`INTERVAL`].
const FROZEN: (&str, &str) = ("idle_session_timeout", "20s");
/// What the connection of a replica is called, before what its sealing key is told by.
const NAME: &str = "partner-dashboard replica ";
/// Of all locks in the database, the one of the replica that leads: the first bytes of SHA-256 of `partner-dashboard`.
const LEADER: i64 = 0x40e6_38c3_0583_41fb;
/// The lock that every replica shares as long as it runs: the next bytes of that.
pub(super) const MEMBER: i64 = 0x4a43_bd16_2feb_b78a;

/// What a replica is among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leadership {
    /// Another one leads, or none yet.
    Follows,
    /// It does what is done once for all: it refreshes, checks, settles and removes.
    Leads,
    /// Nobody knows: its connection is lost, and with it all locks.
    Lost,
}

/// What the task is asked that has the connection, in this order.
enum Request {
    TryLock(String, oneshot::Sender<bool>),
    Unlock(String),
    IsLocked(String, oneshot::Sender<bool>),
}

/// This program among those on the same database. It leaves them when this is dropped.
#[derive(Debug)]
pub struct Replica {
    process: i32,
    requests: mpsc::UnboundedSender<Request>,
    leadership: watch::Receiver<Leadership>,
}

impl Replica {
    /// Joins the others. While the server cannot be reached, or is a standby, it is tried again: after the primary has failed, a
    /// name or an address leads to the one that takes its place, before that is promoted. `sealing_key` is what the key is told by
    /// with which all of them seal.
    ///
    /// # Errors
    /// When the server refuses this program, or a replica has another key.
    pub async fn join(url: &str, sealing_key: &str) -> Result<Arc<Self>, DatabaseError> {
        let name = format!("{NAME}{sealing_key}");
        let options = options(url)?.application_name(&name);
        let mut connection = loop {
            match tokio::time::timeout(ANSWER, connect_to_primary(&options)).await {
                Ok(Ok(Some(connection))) => break connection,
                Ok(Ok(None)) => {
                    tracing::warn!("the database is a standby, which cannot be written to. It is tried again");
                }
                Ok(Err(error)) if !is_unreachable(&error) => return Err(error.into()),
                Ok(Err(error)) => tracing::warn!(%error, "the database cannot be reached. It is tried again"),
                Err(_) => tracing::warn!("the database does not answer. It is tried again"),
            }
            tokio::time::sleep(INTERVAL).await;
        };
        // Whoever fills the database has it alone: that takes its time.
        let process = sqlx::query_scalar("SELECT pg_backend_pid() FROM pg_advisory_lock_shared($1)");
        let process = process.bind(MEMBER).fetch_one(&mut connection).await?;
        let others = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
             AND starts_with(application_name, $1) AND application_name <> $2)";
        if sqlx::query_scalar(others).bind(NAME).bind(&name).fetch_one(&mut connection).await? {
            return Err(DatabaseError::OtherSealingKey);
        }
        let leads = try_lead(&mut connection).await?;
        let (said, leadership) = watch::channel(if leads { Leadership::Leads } else { Leadership::Follows });
        let (requests, asked) = mpsc::unbounded_channel();
        tokio::spawn(Holder { connection, leadership: said, requests: asked }.run());
        Ok(Arc::new(Self { process, requests, leadership }))
    }

    /// The number of the server's process that has its locks.
    pub fn process(&self) -> i32 {
        self.process
    }

    /// What it is among the others, now and from now on.
    pub fn leadership(&self) -> watch::Receiver<Leadership> {
        self.leadership.clone()
    }

    async fn ask(&self, request: impl FnOnce(oneshot::Sender<bool>) -> Request) -> Result<bool, StorageError> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(request(answer)).map_err(|_| StorageError::NotAmongReplicas)?;
        answered.await.map_err(|_| StorageError::NotAmongReplicas)
    }
}

#[async_trait]
impl SharedLocks for Replica {
    async fn try_lock(&self, name: &str) -> Result<bool, StorageError> {
        self.ask(|answer| Request::TryLock(text(name).into_owned(), answer)).await
    }

    fn unlock(&self, name: &str) {
        // Where nobody has the connection any more, nobody has the lock.
        let _ = self.requests.send(Request::Unlock(text(name).into_owned()));
    }

    fn are_lost(&self) -> bool {
        *self.leadership.borrow() == Leadership::Lost
    }

    async fn is_locked(&self, name: &str) -> Result<bool, StorageError> {
        self.ask(|answer| Request::IsLocked(text(name).into_owned(), answer)).await
    }
}

/// The one task that uses the connection: nobody else can break off what it asks of the server.
struct Holder {
    connection: PgConnection,
    leadership: watch::Sender<Leadership>,
    requests: mpsc::UnboundedReceiver<Request>,
}

impl Holder {
    /// Leads when no other replica does, and answers, until the connection is lost or nobody can ask any more.
    async fn run(mut self) {
        let mut ticks = tokio::time::interval(INTERVAL);
        loop {
            let request = tokio::select! {
                request = self.requests.recv() => match request {
                    Some(request) => Some(request),
                    None => return,
                },
                _ = ticks.tick() => None,
            };
            let answered = async {
                match request {
                    Some(request) => self.answer(request).await,
                    None => self.look().await,
                }
            };
            // What takes too long is given up with the connection: nobody knows what it has.
            let answered = tokio::time::timeout(ANSWER, answered).await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
            if let Err(error) = answered {
                if error.as_database_error().is_some() {
                    // The server says no, and the connection is there: whoever asked gets no answer, and has no lock.
                    tracing::warn!(%error, "the database refuses what is asked of the locks");
                    continue;
                }
                tracing::error!(%error, "the connection that has the locks of this replica is lost");
                self.leadership.send_replace(Leadership::Lost);
                return;
            }
        }
    }

    async fn look(&mut self) -> Result<(), sqlx::Error> {
        if *self.leadership.borrow() == Leadership::Leads {
            return self.connection.ping().await;
        }
        if try_lead(&mut self.connection).await? {
            self.leadership.send_replace(Leadership::Leads);
        }
        Ok(())
    }

    async fn answer(&mut self, request: Request) -> Result<(), sqlx::Error> {
        match request {
            Request::TryLock(name, answer) => {
                let lock = sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtextextended($1, 1))").bind(&name);
                // Whoever asked may be gone. Then they give it back behind this.
                let _ = answer.send(lock.fetch_one(&mut self.connection).await?);
                Ok(())
            }
            Request::Unlock(name) => {
                let unlock = sqlx::query("SELECT pg_advisory_unlock(hashtextextended($1, 1))").bind(name);
                unlock.execute(&mut self.connection).await.map(drop)
            }
            Request::IsLocked(name, answer) => {
                let held = sqlx::query_scalar(
                    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
                         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                         AND (classid::bigint << 32) | objid::bigint = hashtextextended($1, 1))",
                );
                // Whoever asked may be gone.
                let _ = answer.send(held.bind(name).fetch_one(&mut self.connection).await?);
                Ok(())
            }
        }
    }
}

async fn try_lead(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LEADER).fetch_one(connection).await
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

/// `None` when the server is a standby.
async fn connect_to_primary(options: &PgConnectOptions) -> Result<Option<PgConnection>, sqlx::Error> {
    let mut connection = options.connect().await?;
    let is_standby: bool = sqlx::query_scalar("SELECT pg_is_in_recovery()").fetch_one(&mut connection).await?;
    Ok((!is_standby).then_some(connection))
}

/// Whether the server is not there, not yet or not for the moment: it starts, it ends, or it has no connection left.
fn is_unreachable(error: &sqlx::Error) -> bool {
    const PASSING: [&str; 4] = ["57P03", "57P01", "57P02", "53300"];
    let code = error.as_database_error().and_then(DatabaseRefusal::code);
    matches!(error, sqlx::Error::Io(_)) || code.is_some_and(|code| PASSING.contains(&code.as_ref()))
}

fn options(url: &str) -> Result<PgConnectOptions, DatabaseError> {
    let options = PgConnectOptions::from_str(url).map_err(|_| DatabaseError::PostgresUrl)?;
    Ok(options.application_name("partner-dashboard").options(VANISHED.iter().chain([&FROZEN]).copied()))
}

#[cfg(test)]
#[path = "replica_test.rs"]
mod tests;
