//! The history of checks in PostgreSQL.

use async_trait::async_trait;
use time::{Duration, Time};

use super::PostgresStore;
use super::announcements::announce;
use crate::domain::check::Check;
use crate::domain::check_days::{DayOfChecks, HISTORY_DAYS};
use crate::domain::check_history::{KeptChecks, MOST_CHECKS, Stage};
use crate::server::storage::checks::{FULL_DAYS, NewCheck};
use crate::server::storage::null_character::text;
use crate::server::storage::rows::checks::{CheckRow, DayRow, at_milliseconds, check, day, milliseconds};
use crate::server::storage::{Announcement, CheckStore, StorageError};

impl PostgresStore {
    /// The newest checks of a connection, the newest first: all of them, or only those that did not find it working. The
    /// newest is the one that was added last: the clock of another replica may be ahead.
    async fn newest_checks(
        &self,
        connection: &str,
        are_errors: bool,
        most: u32,
    ) -> Result<Vec<(Check, Stage)>, StorageError> {
        let rows: Vec<CheckRow> = sqlx::query_as(
            "SELECT at, state, stage, detail, advice, http_status, request_id, duration_ms, is_from_memory
             FROM connection_checks WHERE connection = $1 AND (NOT $2::boolean OR state NOT IN ('works', 'expiring'))
             ORDER BY id DESC LIMIT $3",
        )
        .bind(connection)
        .bind(are_errors)
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().filter_map(check).collect())
    }
}

#[async_trait]
impl CheckStore for PostgresStore {
    async fn add(&self, connection: &str, found: NewCheck<'_>) -> Result<(), StorageError> {
        let NewCheck { check, stage, watched } = found;
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "INSERT INTO connection_checks (connection, at, state, stage, detail, advice, http_status, request_id,
                 duration_ms, is_from_memory, watched_from, watched_until, was_working)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(connection)
        .bind(milliseconds(check.at))
        .bind(check.state.code())
        .bind(stage.code())
        .bind(text(&check.detail))
        .bind(check.advice.as_deref().map(text))
        .bind(check.http_status.map(i64::from))
        .bind(check.request_id.as_deref().map(text))
        .bind(i64::from(check.duration_ms))
        .bind(check.is_from_memory)
        .bind(watched.map(|watched| milliseconds(watched.from)))
        .bind(watched.map(|watched| milliseconds(watched.until)))
        .bind(watched.map(|watched| watched.is_working))
        .execute(&mut *transaction)
        .await?;
        announce(&mut transaction, &Announcement::Check(connection.to_owned())).await?;
        Ok(transaction.commit().await?)
    }

    async fn kept(&self, connection: &str) -> Result<KeptChecks, StorageError> {
        let mut checks = self.newest_checks(connection, false, MOST_CHECKS).await?;
        checks.reverse();
        let moments: Option<(i64, Option<i64>)> =
            sqlx::query_as("SELECT since, last_success_at FROM connection_states WHERE connection = $1")
                .bind(connection)
                .fetch_optional(&self.pool)
                .await?;
        let last_error = self.newest_checks(connection, true, 1).await?.into_iter().next().map(|(check, _)| check);
        Ok(KeptChecks {
            checks,
            since: moments.map(|(since, _)| at_milliseconds(since)),
            last_success_at: moments.and_then(|(_, success)| success).map(at_milliseconds),
            last_error,
        })
    }

    async fn days(&self, connection: &str) -> Result<Vec<DayOfChecks>, StorageError> {
        let rows: Vec<DayRow> = sqlx::query_as(
            "SELECT day, checks, working, p95_ms, watched_ms, working_ms FROM connection_days WHERE connection = $1
             ORDER BY day",
        )
        .bind(connection)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().filter_map(day).collect())
    }

    async fn remove_old(&self) -> Result<(), StorageError> {
        let now = self.clock.now();
        // Today is one of the days.
        let oldest = (now - Duration::days(i64::from(HISTORY_DAYS) - 1)).replace_time(Time::MIDNIGHT);
        for statement in [
            "DELETE FROM connection_checks WHERE at < $1",
            // Of connections that are no longer in the configuration.
            "DELETE FROM connection_states WHERE at < $1",
        ] {
            sqlx::query(statement).bind(milliseconds(oldest)).execute(&self.pool).await?;
        }
        sqlx::query("DELETE FROM connection_days WHERE day < connection_day($1)")
            .bind(milliseconds(oldest))
            .execute(&self.pool)
            .await?;
        sqlx::query(
            "DELETE FROM connection_checks WHERE id IN (
                 SELECT id FROM (
                     SELECT id, at, state, lag(state) OVER checks AS earlier, lead(state) OVER checks AS later,
                         row_number() OVER (PARTITION BY connection ORDER BY id DESC) AS rank
                     FROM connection_checks
                     WINDOW checks AS (PARTITION BY connection ORDER BY id)) AS ranked
                 WHERE at < $1 AND earlier = state AND later = state AND rank > $2)",
        )
        .bind(milliseconds(now - Duration::days(FULL_DAYS)))
        .bind(i64::from(MOST_CHECKS))
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
