//! What the stores on one SQLite database share.

use std::sync::Arc;

use sqlx::sqlite::SqlitePool;
use time::{Duration, OffsetDateTime};

use crate::server::clock::Clock;

/// How long drafts, messages and submissions are kept.
const KEPT_FOR: Duration = Duration::DAY;

/// Drafts, messages, submissions, what the index is restored from, and saved views.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    pub(super) pool: SqlitePool,
    pub(super) clock: Arc<dyn Clock>,
}

impl SqliteStore {
    /// A store on a migrated database.
    pub fn new(pool: SqlitePool, clock: Arc<dyn Clock>) -> Self {
        Self { pool, clock }
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

/// A moment that was kept in seconds since 1970.
pub(super) fn moment(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
#[path = "store_test.rs"]
mod tests;
