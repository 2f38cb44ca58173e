//! Messages for the next page of one browser.

use std::sync::Arc;

use async_trait::async_trait;
use tower_sessions::session::Id;

use super::StorageError;
use super::recent::Recent;
use crate::domain::shell::Flash;
use crate::server::clock::Clock;

/// Keeps messages until a page shows them, for a day at the most.
#[async_trait]
pub trait MessageStore: Send + Sync + std::fmt::Debug {
    /// Leaves a message for the next page of a session.
    ///
    /// # Errors
    /// When it is not kept.
    async fn leave(&self, session: Id, flash: &Flash) -> Result<(), StorageError>;

    /// Takes a session's messages, the oldest first. Of two who take at once each message comes to one.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn take(&self, session: Id) -> Result<Vec<Flash>, StorageError>;

    /// Removes those that are older than a day.
    ///
    /// # Errors
    /// When they may still be there.
    async fn remove_old(&self) -> Result<(), StorageError>;
}

/// Messages of a database that no other process uses, as with SQLite: whether a session has one is asked at most once a
/// second, because this process would have left it.
#[derive(Debug)]
pub(super) struct OwnMessages<S> {
    store: S,
    none: Recent<Id, ()>,
}

impl<S: MessageStore> OwnMessages<S> {
    pub(super) fn new(store: S, clock: Arc<dyn Clock>) -> Self {
        Self { store, none: Recent::new(clock) }
    }
}

#[async_trait]
impl<S: MessageStore> MessageStore for OwnMessages<S> {
    async fn leave(&self, session: Id, flash: &Flash) -> Result<(), StorageError> {
        let _forget = self.none.forget_at_the_end(Some(session));
        self.store.leave(session, flash).await
    }

    async fn take(&self, session: Id) -> Result<Vec<Flash>, StorageError> {
        let asked = match self.none.get(&session) {
            Ok(()) => return Ok(Vec::new()),
            Err(asked) => asked,
        };
        let taken = self.store.take(session).await?;
        if taken.is_empty() {
            self.none.keep(session, (), asked);
        }
        Ok(taken)
    }

    async fn remove_old(&self) -> Result<(), StorageError> {
        self.none.remove_old();
        self.store.remove_old().await
    }
}
