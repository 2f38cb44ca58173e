//! Messages to the targets of notifications, how the targets are, and what was told last.

use std::collections::BTreeMap;

use async_trait::async_trait;
use time::OffsetDateTime;

use super::StorageError;
use crate::domain::notification::Notification;

/// For how many days a message is kept that is done.
pub const DELIVERIES_KEPT_DAYS: i64 = 30;

/// What has become of a message to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is still to be sent.
    Waiting,
    /// The target has taken it.
    Delivered,
    /// The target refused it, or did not take it for too long.
    GivenUp,
    /// It was told of in a summary.
    InSummary,
}

impl DeliveryState {
    /// The name in the database.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
            Self::InSummary => "in_summary",
        }
    }
}

/// A message to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The name of the target.
    pub target: String,
    /// The message. Its id and the target are what it is known by.
    pub notification: Notification,
    /// What has become of it.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is to be sent.
    pub due_at: OffsetDateTime,
    /// When it was tried first.
    pub first_tried_at: Option<OffsetDateTime>,
    /// Whether it waits for the end of quiet hours.
    pub is_held: bool,
}

/// How the last attempts at a target went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetHistory {
    /// When it took a message last.
    pub last_delivered_at: Option<OffsetDateTime>,
    /// When it last did not.
    pub last_failed_at: Option<OffsetDateTime>,
    /// Why it did not.
    pub last_error: Option<String>,
}

/// Keeps messages until they are sent. Times are kept in milliseconds.
#[async_trait]
pub trait NotificationStore: Send + Sync + std::fmt::Debug {
    /// Adds a message, unless there is or was the same to the same target. Whether it was added.
    ///
    /// # Errors
    /// When it is not kept.
    async fn add(&self, delivery: &Delivery) -> Result<bool, StorageError>;

    /// Keeps a message as it is now, whether it was added or not.
    ///
    /// # Errors
    /// When it is not kept.
    async fn put(&self, delivery: &Delivery) -> Result<(), StorageError>;

    /// The messages that wait, those that are due first before the others. What a later version wrote is left out.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn waiting(&self) -> Result<Vec<Delivery>, StorageError>;

    /// What is known of each target by its name.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn histories(&self) -> Result<BTreeMap<String, TargetHistory>, StorageError>;

    /// Keeps what is known of a target.
    ///
    /// # Errors
    /// When it is not kept.
    async fn put_history(&self, target: &str, history: &TargetHistory) -> Result<(), StorageError>;

    /// What was told last of each thing that is watched.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn told(&self) -> Result<BTreeMap<String, String>, StorageError>;

    /// Keeps what was told last of a thing.
    ///
    /// # Errors
    /// When it is not kept.
    async fn tell(&self, watched: &str, told: &str) -> Result<(), StorageError>;

    /// Removes the messages that have been done for [`DELIVERIES_KEPT_DAYS`].
    ///
    /// # Errors
    /// When some may still be there.
    async fn remove_old(&self) -> Result<(), StorageError>;
}
