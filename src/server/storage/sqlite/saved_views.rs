//! Saved views in SQLite.

use async_trait::async_trait;

use super::store::SqliteStore;
use crate::domain::saved_view::{MOST_VIEWS, SavedView, ViewedList};
use crate::server::storage::rows::saved_views::{ViewRow, view};
use crate::server::storage::{SavedViewStore, StorageError, ViewRenamed, ViewSaved};

#[async_trait]
impl SavedViewStore for SqliteStore {
    async fn save(&self, subject: &str, list: &ViewedList, name: &str, query: &str) -> Result<ViewSaved, StorageError> {
        let replaced = sqlx::query(
            "UPDATE saved_views SET query = ?5, saved_at = ?6
             WHERE subject = ?1 AND list = ?2 AND connection = ?3 AND name = ?4",
        )
        .bind(subject)
        .bind(list.code())
        .bind(list.connection())
        .bind(name)
        .bind(query)
        .bind(self.now())
        .execute(&self.pool)
        .await?;
        if replaced.rows_affected() > 0 {
            return Ok(ViewSaved::Replaced);
        }
        let added = sqlx::query(
            "INSERT INTO saved_views (subject, list, connection, name, query, saved_at) SELECT ?1, ?2, ?3, ?4, ?5, ?6
             WHERE (SELECT count(*) FROM saved_views WHERE subject = ?1) < ?7
             ON CONFLICT (subject, list, connection, name)
                 DO UPDATE SET query = excluded.query, saved_at = excluded.saved_at",
        )
        .bind(subject)
        .bind(list.code())
        .bind(list.connection())
        .bind(name)
        .bind(query)
        .bind(self.now())
        .bind(MOST_VIEWS)
        .execute(&self.pool)
        .await?;
        Ok(if added.rows_affected() > 0 { ViewSaved::Added } else { ViewSaved::Full })
    }

    async fn list(&self, subject: &str) -> Result<Vec<SavedView>, StorageError> {
        let rows: Vec<ViewRow> = sqlx::query_as(
            "SELECT id, list, connection, name, query FROM saved_views WHERE subject = ?
             ORDER BY connection, list DESC, name COLLATE NOCASE, name",
        )
        .bind(subject)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().filter_map(view).collect())
    }

    async fn rename(&self, subject: &str, id: i64, name: &str) -> Result<ViewRenamed, StorageError> {
        let renamed = sqlx::query("UPDATE OR IGNORE saved_views SET name = ? WHERE subject = ? AND id = ?")
            .bind(name)
            .bind(subject)
            .bind(id)
            .execute(&self.pool)
            .await?;
        if renamed.rows_affected() > 0 {
            return Ok(ViewRenamed::Done);
        }
        let is_there: bool = sqlx::query_scalar("SELECT count(*) > 0 FROM saved_views WHERE subject = ? AND id = ?")
            .bind(subject)
            .bind(id)
            .fetch_one(&self.pool)
            .await?;
        Ok(if is_there { ViewRenamed::NameTaken } else { ViewRenamed::NotFound })
    }

    async fn remove(&self, subject: &str, id: i64) -> Result<bool, StorageError> {
        let removed = sqlx::query("DELETE FROM saved_views WHERE subject = ? AND id = ?")
            .bind(subject)
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(removed.rows_affected() > 0)
    }
}
