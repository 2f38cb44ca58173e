//! Sessions in SQLite. The published store is for an older sqlx and keeps ids in clear; a stolen
//! copy of this one's table cannot be replayed, because it holds only hashes.

use async_trait::async_trait;
use sqlx::{QueryBuilder, Sqlite};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result as SessionResult};

use super::store::SqliteSessionStore;
use crate::domain::session_summary::SessionSummary;
use crate::server::session_handle::hash;
use crate::server::storage::rows::sessions::{NOTED_EVERY, SessionRow, backend, encode};
use crate::server::storage::sessions::is_use;
use crate::server::storage::{EndedSession, SessionStore, StorageError};

#[async_trait]
impl SessionStore for SqliteSessionStore {
    async fn of_subject(&self, subject: &str, current: Option<Id>) -> Result<Vec<SessionSummary>, StorageError> {
        let (began, used) = self.oldest();
        let rows: Vec<SessionRow> = sqlx::query_as(
            "SELECT lower(hex(id_hash)) AS handle, id_hash IS ? AS is_current, created_at, last_used_at,
                 data ->> '$.owner.started.peer' AS peer, data ->> '$.owner.started.user_agent' AS user_agent
             FROM sessions WHERE subject = ? AND created_at > ? AND last_used_at > ?
             ORDER BY last_used_at DESC, created_at DESC",
        )
        .bind(current.map(hash).map(Vec::from))
        .bind(subject)
        .bind(began)
        .bind(used)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(SessionSummary::from).collect())
    }

    async fn end(&self, subject: &str, handle: &str) -> Result<bool, StorageError> {
        let ended = sqlx::query("DELETE FROM sessions WHERE subject = ? AND lower(hex(id_hash)) = ?")
            .bind(subject)
            .bind(handle)
            .execute(&self.pool)
            .await?;
        Ok(ended.rows_affected() > 0)
    }

    async fn end_others(&self, subject: &str, current: Option<Id>) -> Result<Vec<EndedSession>, StorageError> {
        self.end_all(|query| {
            query.push("subject = ").push_bind(subject.to_owned());
            query.push(" AND id_hash IS NOT ").push_bind(current.map(hash).map(Vec::from));
        })
        .await
    }

    async fn end_of_provider(
        &self,
        subject: Option<&str>,
        provider_session: Option<&str>,
    ) -> Result<Vec<EndedSession>, StorageError> {
        self.end_all(|query| match (subject.map(str::to_owned), provider_session.map(str::to_owned)) {
            (Some(subject), Some(session)) => {
                query.push("subject = ").push_bind(subject).push(" AND (provider_session = ").push_bind(session);
                query.push(" OR provider_session IS NULL)");
            }
            (Some(subject), None) => drop(query.push("subject = ").push_bind(subject)),
            (None, Some(session)) => drop(query.push("provider_session = ").push_bind(session)),
            (None, None) => drop(query.push("false")),
        })
        .await
    }

    async fn remove_old(&self) -> Result<Vec<EndedSession>, StorageError> {
        let (began, used) = self.oldest();
        self.end_all(|query| {
            query.push("created_at <= ").push_bind(began).push(" OR last_used_at <= ").push_bind(used);
        })
        .await
    }
}

impl SqliteSessionStore {
    /// Ends the sessions that a condition holds for, and names those that have ended. One that is used meanwhile may not
    /// be among them any more.
    async fn end_all(&self, condition: impl Fn(&mut QueryBuilder<Sqlite>)) -> Result<Vec<EndedSession>, StorageError> {
        let mut query = QueryBuilder::new(
            "SELECT lower(hex(id_hash)), subject, data ->> '$.owner.identity.name' FROM sessions WHERE ",
        );
        condition(&mut query);
        let rows: Vec<(String, Option<String>, Option<String>)> = query.build_query_as().fetch_all(&self.pool).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let found: Vec<&str> = rows.iter().map(|(handle, ..)| handle.as_str()).collect();
        let found = serde_json::to_string(&found)?;
        let mut query = QueryBuilder::new("DELETE FROM sessions WHERE (");
        condition(&mut query);
        query.push(") AND lower(hex(id_hash)) IN (SELECT value FROM json_each(").push_bind(&found).push("))");
        query.build().execute(&self.pool).await?;
        let left: Vec<String> = sqlx::query_scalar(
            "SELECT lower(hex(id_hash)) FROM sessions
             WHERE lower(hex(id_hash)) IN (SELECT value FROM json_each(?))",
        )
        .bind(&found)
        .fetch_all(&self.pool)
        .await?;
        let ended = rows.into_iter().map(|(handle, subject, name)| EndedSession { handle, subject, name });
        Ok(ended.filter(|one| !left.contains(&one.handle)).collect())
    }
}

#[async_trait]
impl tower_sessions::SessionStore for SqliteSessionStore {
    async fn create(&self, record: &mut Record) -> SessionResult<()> {
        let (data, now) = (encode(record)?, self.now());
        loop {
            let inserted = sqlx::query(
                "INSERT INTO sessions (id_hash, data, created_at, last_used_at) VALUES (?, ?, ?, ?)
                 ON CONFLICT DO NOTHING",
            )
            .bind(hash(record.id).to_vec())
            .bind(&data)
            .bind(now)
            .bind(now)
            .execute(&self.pool)
            .await
            .map_err(backend)?;
            if inserted.rows_affected() == 1 {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    /// Never brings a session back that was ended while a request was under way. What is in a session, whose it is, is
    /// written when it is created: this writes it again, at the end of the request. That it fails must not put an
    /// empty 500 in the place of the answer, which may be the only one to say what was done.
    async fn save(&self, record: &Record) -> SessionResult<()> {
        let saved = sqlx::query("UPDATE sessions SET data = ?, last_used_at = ? WHERE id_hash = ?")
            .bind(encode(record)?)
            .bind(self.now())
            .bind(hash(record.id).to_vec())
            .execute(&self.pool)
            .await;
        if let Err(error) = saved {
            tracing::warn!(%error, "session not written again");
        }
        Ok(())
    }

    async fn load(&self, session_id: &Id) -> SessionResult<Option<Record>> {
        let (began, used) = self.oldest();
        let row: Option<(String, i64)> = sqlx::query_as(
            "SELECT data, last_used_at FROM sessions WHERE id_hash = ? AND created_at > ? AND last_used_at > ?",
        )
        .bind(hash(*session_id).to_vec())
        .bind(began)
        .bind(used)
        .fetch_optional(&self.pool)
        .await
        .map_err(backend)?;
        let Some((data, last_used_at)) = row else {
            return Ok(None);
        };
        let now = self.now();
        if is_use() && now - last_used_at >= NOTED_EVERY.whole_seconds().min(self.limits.idle.whole_seconds() / 2) {
            let noted = sqlx::query("UPDATE sessions SET last_used_at = ? WHERE id_hash = ?")
                .bind(now)
                .bind(hash(*session_id).to_vec())
                .execute(&self.pool)
                .await;
            // The session was read: that its use is not noted makes it end sooner, and is no reason to end it now.
            if let Err(error) = noted {
                tracing::warn!(%error, "use of a session not noted");
            }
        }
        let data = serde_json::from_str(&data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = self.clock.now() + self.limits.idle;
        Ok(Some(Record { id: *session_id, data, expiry_date }))
    }

    async fn delete(&self, session_id: &Id) -> SessionResult<()> {
        sqlx::query("DELETE FROM sessions WHERE id_hash = ?")
            .bind(hash(*session_id).to_vec())
            .execute(&self.pool)
            .await
            .map_err(backend)?;
        Ok(())
    }
}

#[cfg(test)]
#[path = "session_store_test.rs"]
mod tests;
