//! One program among several on a database: what it holds among them is held by one connection, and ends with that.

use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use sqlx::error::DatabaseError as DatabaseRefusal;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::{mpsc, oneshot, watch};

use super::holder::{ANSWER, Holder, INTERVAL, Leadership, Request, try_lead};
use crate::server::storage::null_character::text;
use crate::server::storage::{DatabaseError, SharedLocks, StorageError};

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
const FROZEN: &str = "20s";
/// What the connection of a replica is called, before the fingerprint of its sealing key.
const NAME: &str = "partner-dashboard replica ";
/// The lock that every replica shares as long as it runs: the bytes of SHA-256 of `partner-dashboard` after those of the leader's.
pub(super) const MEMBER: i64 = 0x4a43_bd16_2feb_b78a;
/// The lock under which one replica after the other joins: the bytes after those.
const ENTRANCE: i64 = 0x9bc8_dfa2_9bb8_8334_u64.cast_signed();
/// Whether a replica is among those that run whose sealing key has another fingerprint.
const OTHER_KEY: &str = concat!(
    "SELECT EXISTS (SELECT 1 FROM pg_stat_activity JOIN pg_locks USING (pid)
     WHERE starts_with(application_name, $1) AND application_name <> $2 AND ",
    is_held_lock!("$3"),
    ")"
);

/// This program among those on the same database. It leaves them when this is dropped.
#[derive(Debug)]
pub struct Replica {
    process: i32,
    requests: mpsc::UnboundedSender<Request>,
    leadership: watch::Receiver<Leadership>,
}

impl Replica {
    /// Joins the others. While the server cannot be reached, or is a standby, it is tried again: after the primary has failed, a
    /// name or an address leads to the one that takes its place, before that is promoted. `sealing_key` is the fingerprint of the key
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
        let process = enter(&mut connection, &name).await?;
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

/// That no replica runs, until this is dropped: whoever fills a database has it alone.
#[derive(Debug)]
pub struct Alone {
    connection: PgConnection,
    process: i32,
}

impl Alone {
    /// `None` when a replica runs.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn on(url: &str) -> Result<Option<Self>, DatabaseError> {
        let mut connection = options(url)?.connect().await?;
        // It says nothing until the database is filled, however long that takes.
        set_patience(&mut connection, "0").await?;
        let lock = sqlx::query_as("SELECT pg_try_advisory_lock($1), pg_backend_pid()").bind(MEMBER);
        let (is_alone, process): (bool, i32) = lock.fetch_one(&mut connection).await?;
        Ok(is_alone.then_some(Self { connection, process }))
    }

    /// The process of the server that has the lock.
    pub fn process(&self) -> i32 {
        self.process
    }

    /// Whether that has been so all the time: the connection is still there that says so.
    pub async fn was_so(mut self) -> bool {
        self.connection.ping().await.is_ok()
    }
}

/// Takes the lock that all replicas share, under the name of the connection; the number of the server's process. One enters after the
/// other, so that of two that start at once one sees the other.
async fn enter(connection: &mut PgConnection, name: &str) -> Result<i32, DatabaseError> {
    set_patience(connection, FROZEN).await?;
    sqlx::query("SELECT pg_advisory_lock($1)").bind(ENTRANCE).execute(&mut *connection).await?;
    // Whoever fills the database has it alone: that takes its time.
    let process = sqlx::query_scalar("SELECT pg_backend_pid() FROM pg_advisory_lock_shared($1)");
    let process = process.bind(MEMBER).fetch_one(&mut *connection).await?;
    if sqlx::query_scalar(OTHER_KEY).bind(NAME).bind(name).bind(MEMBER).fetch_one(&mut *connection).await? {
        return Err(DatabaseError::OtherSealingKey);
    }
    sqlx::query("SELECT pg_advisory_unlock($1)").bind(ENTRANCE).execute(&mut *connection).await?;
    Ok(process)
}

/// Sets after how long without a word the server ends a connection. Older servers do not know this, and are refused later.
async fn set_patience(connection: &mut PgConnection, patience: &str) -> Result<(), sqlx::Error> {
    let set = "SELECT set_config('idle_session_timeout', $1, false)
         WHERE current_setting('server_version_num')::integer >= 140000";
    sqlx::query(set).bind(patience).execute(connection).await.map(drop)
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
    Ok(options.application_name("partner-dashboard").options(VANISHED))
}

#[cfg(test)]
#[path = "replica_test.rs"]
mod tests;
