//! The task that has the connection with the locks of a replica.

use std::time::Duration;

use sqlx::Connection as _;
use sqlx::postgres::{PgConnection, PgDatabaseError, PgSeverity};
use tokio::sync::{mpsc, oneshot, watch};

/// How often a replica looks whether it may lead, and whether it still has what it holds.
pub(super) const INTERVAL: Duration = Duration::from_secs(1);
/// A server that takes longer to say so does not answer.
pub(super) const ANSWER: Duration = Duration::from_secs(15);
/// Of all locks in the database, the one of the replica that leads: the first bytes of SHA-256 of `partner-dashboard`.
pub(super) const LEADER: i64 = 0x40e6_38c3_0583_41fb;

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

impl Leadership {
    /// Whether a program does what is done once for all: the replica that leads, or the only one, which is none among others.
    pub fn leads(among_others: Option<&watch::Receiver<Self>>) -> bool {
        among_others.is_none_or(|leadership| *leadership.borrow() == Self::Leads)
    }
}

/// What the task is asked that has the connection, in this order.
pub(super) enum Request {
    TryLock(String, oneshot::Sender<bool>),
    Unlock(String),
    IsLocked(String, oneshot::Sender<bool>),
}

/// The one task that uses the connection: nobody else can break off what it asks of the server.
pub(super) struct Holder {
    pub(super) connection: PgConnection,
    pub(super) leadership: watch::Sender<Leadership>,
    pub(super) requests: mpsc::UnboundedReceiver<Request>,
}

impl Holder {
    /// Leads when no other replica does, and answers, until the connection is lost or nobody can ask any more.
    pub(super) async fn run(mut self) {
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
                if is_refusal(&error) {
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
                // A lock that stays would keep an object from everybody: with the connection, it is gone.
                let unlocked = unlock.execute(&mut self.connection).await;
                unlocked.map(drop).map_err(|error| sqlx::Error::Protocol(format!("a lock is not given back: {error}")))
            }
            Request::IsLocked(name, answer) => {
                let held = sqlx::query_scalar(concat!(
                    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE ",
                    is_held_lock!("hashtextextended($1, 1)"),
                    ")"
                ));
                // Whoever asked may be gone.
                let _ = answer.send(held.bind(name).fetch_one(&mut self.connection).await?);
                Ok(())
            }
        }
    }
}

/// Whether the server says no, and goes on. It says too that it ends the connection: then that is lost.
fn is_refusal(error: &sqlx::Error) -> bool {
    let refusal = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
    refusal.is_some_and(|refusal| !matches!(refusal.severity(), PgSeverity::Fatal | PgSeverity::Panic))
}

/// Leads when no other replica does.
pub(super) async fn try_lead(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LEADER).fetch_one(connection).await
}
