//! Sessions: whose they are, how long they last, and who may end them.

use std::sync::Arc;

use async_trait::async_trait;
use time::Duration;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::Result as SessionResult;

use super::StorageError;
use super::recent::Recent;
use crate::domain::audit::{Action, Actor, Intent, REASON, Target};
use crate::domain::session_summary::SessionSummary;
use crate::server::clock::Clock;

tokio::task_local! {
    /// Set while a request is answered that is no use of its session.
    static UNNOTICED: ();
}

/// Whether the sessions that are loaded are used by it. The layer of tower-sessions loads them, which knows nothing of requests.
pub(super) fn is_use() -> bool {
    UNNOTICED.try_with(|()| ()).is_err()
}

/// How long sessions last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// How long a session lasts that nobody uses.
    pub idle: Duration,
    /// How long a session lasts, however often it is used.
    pub absolute: Duration,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self { idle: Duration::minutes(30), absolute: Duration::hours(10) }
    }
}

/// A session that is over, and whose it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedSession {
    /// Its handle.
    pub handle: String,
    /// The person's stable identifier; `None` for a session of nobody.
    pub subject: Option<String>,
    /// The person's name, where they signed in here.
    pub name: Option<String>,
}

impl EndedSession {
    /// Its entry in the audit log: the person is the one whose session it was, whoever ended it.
    pub fn into_entry(self, reason: &str, request_id: &str) -> Intent {
        let subject = self.subject.unwrap_or_default();
        let name = self.name.unwrap_or_else(|| subject.clone());
        let actor = Actor { subject, session: Some(self.handle.clone()), ..Actor::nobody(&name) };
        Intent::event(Action::SessionEnded, actor, Target::of_dashboard(Some(self.handle)), request_id)
            .with_text(REASON, reason)
    }
}

/// Keeps sessions, under a hash of their ids: an id is the bearer of its session, and is never on disk.
#[async_trait]
pub trait SessionStore: tower_sessions::SessionStore {
    /// The sessions of a person, the one used last first. `current` is the one that asks.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn of_subject(&self, subject: &str, current: Option<Id>) -> Result<Vec<SessionSummary>, StorageError>;

    /// Ends one session of a person by its handle; says whether there was one.
    ///
    /// # Errors
    /// When it may not have ended.
    async fn end(&self, subject: &str, handle: &str) -> Result<bool, StorageError>;

    /// Ends all sessions of a person but one, and names them.
    ///
    /// # Errors
    /// When they may not have ended.
    async fn end_others(&self, subject: &str, current: Option<Id>) -> Result<Vec<EndedSession>, StorageError>;

    /// Ends the sessions that an identity provider has ended: those of its session, or all of a person's. Of a person's
    /// also those of which the provider told no session of its own. Names them.
    ///
    /// # Errors
    /// When they may not have ended.
    async fn end_of_provider(
        &self,
        subject: Option<&str>,
        provider_session: Option<&str>,
    ) -> Result<Vec<EndedSession>, StorageError>;

    /// Removes the sessions that are over by their limits, and names them.
    ///
    /// # Errors
    /// When they may still be there.
    async fn remove_old(&self) -> Result<Vec<EndedSession>, StorageError>;
}

/// The session store of whichever database is in use, asked at most once a second about each session. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sessions {
    store: Arc<dyn SessionStore>,
    recent: Recent<Id, Record>,
}

impl Sessions {
    /// Sessions in this store.
    pub fn new(store: Arc<dyn SessionStore>, clock: Arc<dyn Clock>) -> Self {
        Self { store, recent: Recent::new(clock) }
    }

    /// Does something for which sessions are loaded, which is no use of them: their time without a request goes on.
    pub async fn unnoticed<W: Future>(&self, work: W) -> W::Output {
        UNNOTICED.scope((), work).await
    }

    /// The sessions of a person, the one used last first. `current` is the one that asks.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn of_subject(&self, subject: &str, current: Option<Id>) -> Result<Vec<SessionSummary>, StorageError> {
        self.store.of_subject(subject, current).await
    }

    /// Ends one session of a person by its handle; says whether there was one.
    ///
    /// # Errors
    /// When it may not have ended.
    pub async fn end(&self, subject: &str, handle: &str) -> Result<bool, StorageError> {
        let _forget = self.recent.forget_at_the_end(None);
        self.store.end(subject, handle).await
    }

    /// Ends all sessions of a person but one, and names them.
    ///
    /// # Errors
    /// When they may not have ended.
    pub async fn end_others(&self, subject: &str, current: Option<Id>) -> Result<Vec<EndedSession>, StorageError> {
        let _forget = self.recent.forget_at_the_end(None);
        self.store.end_others(subject, current).await
    }

    /// Ends the sessions that an identity provider has ended, as [`SessionStore::end_of_provider`] does.
    ///
    /// # Errors
    /// When they may not have ended.
    pub async fn end_of_provider(
        &self,
        subject: Option<&str>,
        provider_session: Option<&str>,
    ) -> Result<Vec<EndedSession>, StorageError> {
        let _forget = self.recent.forget_at_the_end(None);
        self.store.end_of_provider(subject, provider_session).await
    }

    /// Removes the sessions that are over by their limits, and names them.
    ///
    /// # Errors
    /// When they may still be there.
    pub async fn remove_old(&self) -> Result<Vec<EndedSession>, StorageError> {
        self.recent.remove_old();
        self.store.remove_old().await
    }
}

/// The layer of tower-sessions wants a store whose size is known.
#[async_trait]
impl tower_sessions::SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> SessionResult<()> {
        let _forget = self.recent.forget_at_the_end(Some(record.id));
        self.store.create(record).await
    }

    async fn save(&self, record: &Record) -> SessionResult<()> {
        let _forget = self.recent.forget_at_the_end(Some(record.id));
        self.store.save(record).await
    }

    async fn load(&self, id: &Id) -> SessionResult<Option<Record>> {
        let asked = match self.recent.get(id) {
            Ok(record) => return Ok(Some(record)),
            Err(asked) => asked,
        };
        let record = self.store.load(id).await?;
        // Ids that are nobody's are not kept: whoever makes them up would fill the memory. Nor is what was loaded unnoticed: the
        // person may use the session within the same second, and that must be noted.
        if let Some(record) = record.as_ref().filter(|_| is_use()) {
            self.recent.keep(*id, record.clone(), asked);
        }
        Ok(record)
    }

    async fn delete(&self, id: &Id) -> SessionResult<()> {
        let _forget = self.recent.forget_at_the_end(Some(*id));
        self.store.delete(id).await
    }
}
