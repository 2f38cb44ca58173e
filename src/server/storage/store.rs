//! What the stores on one database share.

use std::fmt;
use std::sync::{Arc, OnceLock};

use sqlx::{Database, Pool};

use super::rows::KEPT_FOR;
use super::sessions::SessionLimits;
use crate::server::clock::Clock;

/// Checks, drafts, messages, submissions, what the index is restored from, and saved views, on a migrated database.
pub(super) struct Store<DB: Database> {
    pub(super) pool: Pool<DB>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) replica: AmongReplicas,
}

impl<DB: Database> Store<DB> {
    pub(super) fn new(pool: Pool<DB>, clock: Arc<dyn Clock>) -> Self {
        Self { pool, clock, replica: AmongReplicas::default() }
    }

    /// Now, in seconds since 1970.
    pub(super) fn now(&self) -> i64 {
        self.clock.now().unix_timestamp()
    }

    /// What was kept before this is too old.
    pub(super) fn oldest(&self) -> i64 {
        self.now() - KEPT_FOR.whole_seconds()
    }
}

impl<DB: Database> fmt::Debug for Store<DB> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Store").finish_non_exhaustive()
    }
}

/// The process of the database server that has the locks of this replica, where there may be several.
#[derive(Clone, Debug, Default)]
pub(super) struct AmongReplicas(Arc<OnceLock<i32>>);

impl AmongReplicas {
    /// It is said once, at the start.
    pub(super) fn join(&self, process: i32) {
        let _ = self.0.set(process);
    }

    /// `None` where there is one program alone.
    pub(super) fn process(&self) -> Option<i32> {
        self.0.get().copied()
    }
}

/// Sessions on a migrated database.
pub(super) struct SessionTable<DB: Database> {
    pub(super) pool: Pool<DB>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) limits: SessionLimits,
}

impl<DB: Database> SessionTable<DB> {
    pub(super) fn new(pool: Pool<DB>, clock: Arc<dyn Clock>, limits: SessionLimits) -> Self {
        Self { pool, clock, limits }
    }

    /// Now, in seconds since 1970.
    pub(super) fn now(&self) -> i64 {
        self.clock.now().unix_timestamp()
    }

    /// Sessions that began after the first and were used after the second are not over.
    pub(super) fn oldest(&self) -> (i64, i64) {
        let now = self.now();
        (now - self.limits.absolute.whole_seconds(), now - self.limits.idle.whole_seconds())
    }
}

impl<DB: Database> fmt::Debug for SessionTable<DB> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SessionTable").field("limits", &self.limits).finish_non_exhaustive()
    }
}
