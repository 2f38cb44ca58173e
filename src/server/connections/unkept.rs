//! Checks that the database has not taken yet: they wait here, and are written in their order.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::check::Check;
use crate::domain::check_days::Watched;
use crate::domain::check_history::Stage;
use crate::server::storage::{CheckStore, NewCheck, StorageError, Writer};

/// As many wait at most. When there are more, the history misses the oldest of them.
const MOST: usize = 1_000;

/// A check, with what the database wants to know of it.
#[derive(Clone, Debug)]
pub(super) struct FoundCheck {
    pub(super) check: Check,
    /// How far it got.
    pub(super) stage: Stage,
    /// The time since the check before it, when the connection was watched since.
    pub(super) watched: Option<Watched>,
}

/// Where the checks of a connection are kept.
#[derive(Debug)]
pub(super) struct Unkept {
    connection: String,
    pub(super) store: Arc<dyn CheckStore>,
    writer: Writer,
    waiting: Waiting,
}

#[derive(Clone, Debug, Default)]
struct Waiting(Arc<Mutex<VecDeque<FoundCheck>>>);

impl Waiting {
    fn all(&self) -> MutexGuard<'_, VecDeque<FoundCheck>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn first(&self) -> Option<FoundCheck> {
        self.all().front().cloned()
    }

    fn remove(&self, kept: &Check) {
        self.all().retain(|found| found.check.at != kept.at);
    }

    /// Writes one after the other, as far as the database takes them.
    async fn write(self, connection: String, store: Arc<dyn CheckStore>) -> Result<(), StorageError> {
        while let Some(FoundCheck { check, stage, watched }) = self.first() {
            store.add(&connection, NewCheck { check: &check, stage, watched }).await?;
            self.remove(&check);
        }
        Ok(())
    }
}

impl Unkept {
    pub(super) fn new(connection: String, (store, writer): (Arc<dyn CheckStore>, Writer)) -> Self {
        Self { connection, store, writer, waiting: Waiting::default() }
    }

    /// Keeps a check, with those before it that were not kept.
    pub(super) async fn keep(&self, found: FoundCheck) {
        {
            let mut waiting = self.waiting.all();
            if waiting.len() >= MOST {
                waiting.pop_front();
            }
            waiting.push_back(found);
        }
        let (waiting, connection, store) = (self.waiting.clone(), self.connection.clone(), Arc::clone(&self.store));
        if let Err(error) = self.writer.write(|| waiting.write(connection, store)).await {
            let (error, number) = (&error as &dyn std::error::Error, self.waiting.all().len());
            tracing::error!(connection = self.connection, error, number, "checks are not kept in the history yet");
        }
    }

    /// Those that wait, the oldest first.
    pub(super) fn waiting(&self) -> Vec<FoundCheck> {
        self.waiting.all().iter().cloned().collect()
    }
}
