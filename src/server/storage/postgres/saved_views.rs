//! Saved views in PostgreSQL.

use async_trait::async_trait;
use sqlx::error::DatabaseError;

use super::announcements::announce;
use super::{PostgresStore, lock};
use crate::domain::saved_view::{MOST_VIEWS, SavedView, ViewedList};
use crate::server::storage::null_character::text;
use crate::server::storage::rows::saved_views::{ViewRow, view};
use crate::server::storage::{Announcement, SavedViewStore, StorageError, ViewRenamed, ViewSaved};

#[async_trait]
impl SavedViewStore for PostgresStore {
    async fn save(&self, subject: &str, list: &ViewedList, name: &str, query: &str) -> Result<ViewSaved, StorageError> {
        let mut transaction = self.pool.begin().await?;
        // Of two that are saved at once, the second sees the first.
        lock(&mut transaction, "saved views", subject).await?;
        let (count, is_there): (i64, bool) = sqlx::query_as(
            "SELECT count(*), coalesce(bool_or(list = $2 AND connection = $3 AND name = $4), false)
             FROM saved_views WHERE subject = $1",
        )
        .bind(subject)
        .bind(list.code())
        .bind(text(list.connection()))
        .bind(text(name))
        .fetch_one(&mut *transaction)
        .await?;
        if !is_there && count >= i64::from(MOST_VIEWS) {
            return Ok(ViewSaved::Full);
        }
        sqlx::query(
            "INSERT INTO saved_views (subject, list, connection, name, query, saved_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (subject, list, connection, name)
                 DO UPDATE SET query = excluded.query, saved_at = excluded.saved_at",
        )
        .bind(subject)
        .bind(list.code())
        .bind(text(list.connection()))
        .bind(text(name))
        .bind(text(query))
        .bind(self.now())
        .execute(&mut *transaction)
        .await?;
        announce(&mut transaction, &Announcement::SavedViews(subject.to_owned())).await?;
        transaction.commit().await?;
        Ok(if is_there { ViewSaved::Replaced } else { ViewSaved::Added })
    }

    async fn list(&self, subject: &str) -> Result<Vec<SavedView>, StorageError> {
        let rows: Vec<ViewRow> = sqlx::query_as(
            "SELECT id, list, connection, name, query FROM saved_views WHERE subject = $1
             ORDER BY connection, list DESC, lower(name), name",
        )
        .bind(subject)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().filter_map(view).collect())
    }

    async fn rename(&self, subject: &str, id: i64, name: &str) -> Result<ViewRenamed, StorageError> {
        let renamed = sqlx::query("UPDATE saved_views SET name = $1 WHERE subject = $2 AND id = $3")
            .bind(text(name))
            .bind(subject)
            .bind(id)
            .execute(&self.pool)
            .await;
        match renamed {
            Ok(renamed) if renamed.rows_affected() > 0 => Ok(ViewRenamed::Done),
            Ok(_) => Ok(ViewRenamed::NotFound),
            Err(error) if error.as_database_error().is_some_and(DatabaseError::is_unique_violation) => {
                Ok(ViewRenamed::NameTaken)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn remove(&self, subject: &str, id: i64) -> Result<bool, StorageError> {
        let removed = sqlx::query("DELETE FROM saved_views WHERE subject = $1 AND id = $2")
            .bind(subject)
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(removed.rows_affected() > 0)
    }
}
