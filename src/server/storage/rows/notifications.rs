//! Messages to the targets of notifications as they lie in their rows, and the statements about them, which both databases
//! understand.

use sqlx::FromRow;

use super::checks::at_milliseconds;
use crate::server::storage::notifications::{Delivery, DeliveryState, TargetHistory};

/// Adds a message, unless it is there.
pub(in crate::server::storage) const ADD: &str = "INSERT INTO notification_deliveries
    (target, id, notification, state, attempts, due_at, first_tried_at, is_held, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (target, id) DO NOTHING";
/// The same, in the place of the one that is there.
pub(in crate::server::storage) const PUT: &str = "INSERT INTO notification_deliveries
    (target, id, notification, state, attempts, due_at, first_tried_at, is_held, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (target, id) DO UPDATE
    SET notification = excluded.notification, state = excluded.state, attempts = excluded.attempts,
        due_at = excluded.due_at, first_tried_at = excluded.first_tried_at, is_held = excluded.is_held,
        changed_at = excluded.changed_at";
pub(in crate::server::storage) const WAITING: &str =
    "SELECT target, notification, attempts, due_at, first_tried_at, is_held FROM notification_deliveries
    WHERE state = 'waiting' ORDER BY due_at, target, id";
pub(in crate::server::storage) const HISTORIES: &str =
    "SELECT target, last_delivered_at, last_failed_at, last_error FROM notification_targets";
pub(in crate::server::storage) const PUT_HISTORY: &str =
    "INSERT INTO notification_targets (target, last_delivered_at, last_failed_at, last_error)
    VALUES ($1, $2, $3, $4) ON CONFLICT (target) DO UPDATE
    SET last_delivered_at = excluded.last_delivered_at, last_failed_at = excluded.last_failed_at,
        last_error = excluded.last_error";
pub(in crate::server::storage) const TOLD: &str = "SELECT watched, told FROM notification_told";
pub(in crate::server::storage) const TELL: &str = "INSERT INTO notification_told (watched, told) VALUES ($1, $2)
    ON CONFLICT (watched) DO UPDATE SET told = excluded.told";
pub(in crate::server::storage) const REMOVE_OLD: &str =
    "DELETE FROM notification_deliveries WHERE state <> 'waiting' AND changed_at < $1";

#[derive(FromRow)]
pub(in crate::server::storage) struct DeliveryRow {
    target: String,
    notification: String,
    attempts: i64,
    due_at: i64,
    first_tried_at: Option<i64>,
    is_held: bool,
}

#[derive(FromRow)]
pub(in crate::server::storage) struct HistoryRow {
    target: String,
    last_delivered_at: Option<i64>,
    last_failed_at: Option<i64>,
    last_error: Option<String>,
}

/// A message that waits; `None` when it is of a version of the product that this one does not know.
pub(in crate::server::storage) fn delivery(row: DeliveryRow) -> Option<Delivery> {
    Some(Delivery {
        target: row.target,
        notification: serde_json::from_str(&row.notification).ok()?,
        state: DeliveryState::Waiting,
        attempts: row.attempts.try_into().ok()?,
        due_at: at_milliseconds(row.due_at),
        first_tried_at: row.first_tried_at.map(at_milliseconds),
        is_held: row.is_held,
    })
}

pub(in crate::server::storage) fn history(row: HistoryRow) -> (String, TargetHistory) {
    let history = TargetHistory {
        last_delivered_at: row.last_delivered_at.map(at_milliseconds),
        last_failed_at: row.last_failed_at.map(at_milliseconds),
        last_error: row.last_error,
    };
    (row.target, history)
}
