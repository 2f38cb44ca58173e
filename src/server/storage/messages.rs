//! Messages for the next page of one browser.

use std::sync::Arc;

use async_trait::async_trait;
use tower_sessions::session::Id;

use super::StorageError;
use super::recent::Recent;
use crate::domain::shell::Flash;
use crate::server::clock::Clock;
use crate::server::session_handle::handle_of;

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

    /// Asks anew about the session with this handle, or about all: another replica may have left a message.
    fn forget(&self, _handle: Option<&str>) {}
}

/// Messages of which it is asked at most once a second whether a session has one: this process would have left it, or another
/// replica would have announced it.
#[derive(Debug)]
pub(super) struct RecentMessages<S> {
    store: S,
    none: Recent<String, ()>,
}

impl<S: MessageStore> RecentMessages<S> {
    pub(super) fn new(store: S, clock: Arc<dyn Clock>) -> Self {
        Self { store, none: Recent::new(clock) }
    }
}

#[async_trait]
impl<S: MessageStore> MessageStore for RecentMessages<S> {
    async fn leave(&self, session: Id, flash: &Flash) -> Result<(), StorageError> {
        let _forget = self.none.forget_at_the_end(Some(handle_of(session)));
        self.store.leave(session, flash).await
    }

    async fn take(&self, session: Id) -> Result<Vec<Flash>, StorageError> {
        let handle = handle_of(session);
        let asked = match self.none.get(&handle) {
            Ok(()) => return Ok(Vec::new()),
            Err(asked) => asked,
        };
        let taken = self.store.take(session).await?;
        if taken.is_empty() {
            self.none.keep(handle, (), asked);
        }
        Ok(taken)
    }

    async fn remove_old(&self) -> Result<(), StorageError> {
        self.none.remove_old();
        self.store.remove_old().await
    }

    fn forget(&self, handle: Option<&str>) {
        drop(self.none.forget_at_the_end(handle.map(str::to_owned)));
    }
}
