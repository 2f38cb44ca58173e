//! Messages to the targets of notifications, in PostgreSQL.

use std::collections::BTreeMap;

use async_trait::async_trait;
use time::Duration;

use super::PostgresStore;
use crate::server::storage::StorageError;
use crate::server::storage::notifications::{DELIVERIES_KEPT_DAYS, Delivery, NotificationStore, TargetHistory};
use crate::server::storage::null_character::text;
use crate::server::storage::rows::checks::milliseconds;
use crate::server::storage::rows::notifications::{
    ADD, DeliveryRow, HISTORIES, HistoryRow, PUT, PUT_HISTORY, REMOVE_OLD, TELL, TOLD, WAITING, delivery, history,
};

impl PostgresStore {
    /// Runs one of the two statements; how many rows it touched.
    async fn write_delivery(&self, statement: &'static str, delivery: &Delivery) -> Result<u64, StorageError> {
        let notification = serde_json::to_string(&delivery.notification)?;
        let written = sqlx::query(statement)
            .bind(text(&delivery.target))
            .bind(text(&delivery.notification.id))
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
impl NotificationStore for PostgresStore {
    async fn add(&self, delivery: &Delivery) -> Result<bool, StorageError> {
        Ok(self.write_delivery(ADD, delivery).await? > 0)
    }

    async fn put(&self, delivery: &Delivery) -> Result<(), StorageError> {
        self.write_delivery(PUT, delivery).await.map(drop)
    }

    async fn waiting(&self) -> Result<Vec<Delivery>, StorageError> {
        let rows: Vec<DeliveryRow> = sqlx::query_as(WAITING).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().filter_map(delivery).collect())
    }

    async fn histories(&self) -> Result<BTreeMap<String, TargetHistory>, StorageError> {
        let rows: Vec<HistoryRow> = sqlx::query_as(HISTORIES).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(history).collect())
    }

    async fn put_history(&self, target: &str, history: &TargetHistory) -> Result<(), StorageError> {
        sqlx::query(PUT_HISTORY)
            .bind(text(target))
            .bind(history.last_delivered_at.map(milliseconds))
            .bind(history.last_failed_at.map(milliseconds))
            .bind(history.last_error.as_deref().map(text))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn told(&self) -> Result<BTreeMap<String, String>, StorageError> {
        let rows: Vec<(String, String)> = sqlx::query_as(TOLD).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().collect())
    }

    async fn tell(&self, watched: &str, told: &str) -> Result<(), StorageError> {
        sqlx::query(TELL).bind(text(watched)).bind(text(told)).execute(&self.pool).await?;
        Ok(())
    }

    async fn remove_old(&self) -> Result<(), StorageError> {
        let oldest = self.clock.now() - Duration::days(DELIVERIES_KEPT_DAYS);
        sqlx::query(REMOVE_OLD).bind(milliseconds(oldest)).execute(&self.pool).await?;
        Ok(())
    }
}
