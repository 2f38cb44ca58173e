//! The history of the checks of connections.

use async_trait::async_trait;

use super::StorageError;
use crate::domain::check::Check;
use crate::domain::check_days::{DayOfChecks, Watched};
use crate::domain::check_history::{KeptChecks, Stage};

/// For how many days every check is kept. Older ones are kept where the state changed.
pub const FULL_DAYS: i64 = 2;

/// A check to keep.
#[derive(Clone, Copy, Debug)]
pub struct NewCheck<'a> {
    /// The check.
    pub check: &'a Check,
    /// How far it got.
    pub stage: Stage,
    /// The time since the check before it, when the connection was watched since.
    pub watched: Option<Watched>,
}

/// Keeps the checks of connections for [`HISTORY_DAYS`](crate::domain::check_days::HISTORY_DAYS), older ones thinned,
/// and a summary of each day.
#[async_trait]
pub trait CheckStore: Send + Sync + std::fmt::Debug {
    /// Adds a check of a connection, and counts it and the time since the one before in the summaries of their days.
    ///
    /// # Errors
    /// When it is not kept.
    async fn add(&self, connection: &str, found: NewCheck<'_>) -> Result<(), StorageError>;

    /// What is known of a connection's checks.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn kept(&self, connection: &str) -> Result<KeptChecks, StorageError>;

    /// The days of a connection that had checks, the oldest first.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn days(&self, connection: &str) -> Result<Vec<DayOfChecks>, StorageError>;

    /// Removes what is too old, and thins what is no longer kept in full: the first and the last check of each state
    /// stay, and so do the newest of each connection.
    ///
    /// # Errors
    /// When something may still be there.
    async fn remove_old(&self) -> Result<(), StorageError>;
}
