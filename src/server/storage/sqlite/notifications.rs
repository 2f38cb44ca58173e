//! Messages to the targets of notifications, in SQLite.

use std::collections::BTreeMap;

use async_trait::async_trait;
use time::Duration;

use super::store::SqliteStore;
use crate::server::storage::StorageError;
use crate::server::storage::notifications::{DELIVERIES_KEPT_DAYS, Delivery, NotificationStore, TargetHistory};
use crate::server::storage::rows::checks::milliseconds;
use crate::server::storage::rows::notifications::{DeliveryRow, HistoryRow, delivery, history};

/// Adds a message; what is to be done where there is one follows.
const ADD: &str = "INSERT INTO notification_deliveries
    (target, id, notification, state, attempts, due_at, first_tried_at, is_held, changed_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (target, id) DO NOTHING";
const PUT: &str = "INSERT INTO notification_deliveries
    (target, id, notification, state, attempts, due_at, first_tried_at, is_held, changed_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (target, id) DO UPDATE
    SET notification = excluded.notification, state = excluded.state, attempts = excluded.attempts,
        due_at = excluded.due_at, first_tried_at = excluded.first_tried_at, is_held = excluded.is_held,
        changed_at = excluded.changed_at";

impl SqliteStore {
    /// Runs one of the two statements; how many rows it touched.
    async fn write_delivery(&self, statement: &'static str, delivery: &Delivery) -> Result<u64, StorageError> {
        let notification = serde_json::to_string(&delivery.notification)?;
        let written = sqlx::query(statement)
            .bind(&delivery.target)
            .bind(&delivery.notification.id)
            .bind(notification)
            .bind(delivery.state.code())
            .bind(i64::from(delivery.attempts))
            .bind(milliseconds(delivery.due_at))
            .bind(delivery.first_tried_at.map(milliseconds))
            .bind(delivery.is_held)
            .bind(milliseconds(self.clock.now()))
            .execute(&self.pool)
            .await?;
        Ok(written.rows_affected())
    }
}

#[async_trait]
impl NotificationStore for SqliteStore {
    async fn add(&self, delivery: &Delivery) -> Result<bool, StorageError> {
        Ok(self.write_delivery(ADD, delivery).await? > 0)
    }

    async fn put(&self, delivery: &Delivery) -> Result<(), StorageError> {
        self.write_delivery(PUT, delivery).await.map(drop)
    }

    async fn waiting(&self) -> Result<Vec<Delivery>, StorageError> {
        let rows: Vec<DeliveryRow> = sqlx::query_as(
            "SELECT target, notification, attempts, due_at, first_tried_at, is_held FROM notification_deliveries
             WHERE state = 'waiting' ORDER BY due_at, target, id",
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().filter_map(delivery).collect())
    }

    async fn histories(&self) -> Result<BTreeMap<String, TargetHistory>, StorageError> {
        let rows: Vec<HistoryRow> =
            sqlx::query_as("SELECT target, last_delivered_at, last_failed_at, last_error FROM notification_targets")
                .fetch_all(&self.pool)
                .await?;
        Ok(rows.into_iter().map(history).collect())
    }

    async fn put_history(&self, target: &str, history: &TargetHistory) -> Result<(), StorageError> {
        sqlx::query(
            "INSERT INTO notification_targets (target, last_delivered_at, last_failed_at, last_error)
             VALUES (?1, ?2, ?3, ?4) ON CONFLICT (target) DO UPDATE
             SET last_delivered_at = excluded.last_delivered_at, last_failed_at = excluded.last_failed_at,
                 last_error = excluded.last_error",
        )
        .bind(target)
        .bind(history.last_delivered_at.map(milliseconds))
        .bind(history.last_failed_at.map(milliseconds))
        .bind(history.last_error.as_deref())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn told(&self) -> Result<BTreeMap<String, String>, StorageError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT watched, told FROM notification_told").fetch_all(&self.pool).await?;
        Ok(rows.into_iter().collect())
    }

    async fn tell(&self, watched: &str, told: &str) -> Result<(), StorageError> {
        sqlx::query(
            "INSERT INTO notification_told (watched, told) VALUES (?1, ?2)
             ON CONFLICT (watched) DO UPDATE SET told = excluded.told",
        )
        .bind(watched)
        .bind(told)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn remove_old(&self) -> Result<(), StorageError> {
        let oldest = self.clock.now() - Duration::days(DELIVERIES_KEPT_DAYS);
        sqlx::query("DELETE FROM notification_deliveries WHERE state <> 'waiting' AND changed_at < ?1")
            .bind(milliseconds(oldest))
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
