//! Messages to the targets of notifications as they lie in their rows.

use sqlx::FromRow;

use super::checks::at_milliseconds;
use crate::server::storage::notifications::{Delivery, DeliveryState, TargetHistory};

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
