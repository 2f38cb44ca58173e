//! Sessions in PostgreSQL: only hashes of their IDs are kept, so that a stolen copy of the table cannot be replayed.

use async_trait::async_trait;
use sqlx::{Postgres, QueryBuilder};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result as SessionResult};

use super::PostgresSessions;
use crate::domain::session_summary::SessionSummary;
use crate::server::session_handle::hash;
use crate::server::storage::null_character::{storable, text};
use crate::server::storage::rows::sessions::{NOTED_EVERY, SessionRow, backend, encode};
use crate::server::storage::sessions::is_use;
use crate::server::storage::{EndedSession, SessionStore, StorageError};

/// A session as PostgreSQL can keep it: what it asks of one must be readable.
fn kept(record: &Record) -> Record {
    Record { data: storable(&record.data), ..record.clone() }
}

#[async_trait]
impl SessionStore for PostgresSessions {
    async fn of_subject(&self, subject: &str, current: Option<Id>) -> Result<Vec<SessionSummary>, StorageError> {
        let (began, used) = self.oldest();
        let rows: Vec<SessionRow> = sqlx::query_as(
            "SELECT encode(id_hash, 'hex') AS handle, id_hash IS NOT DISTINCT FROM $1 AS is_current, created_at, last_used_at,
                 data::json #>> '{owner,started,peer}' AS peer,
                 data::json #>> '{owner,started,user_agent}' AS user_agent
             FROM sessions WHERE subject = $2 AND created_at > $3 AND last_used_at > $4
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
        let ended = sqlx::query("DELETE FROM sessions WHERE subject = $1 AND encode(id_hash, 'hex') = $2")
            .bind(subject)
            .bind(text(handle))
            .execute(&self.pool)
            .await?;
        Ok(ended.rows_affected() > 0)
    }

    async fn end_others(&self, subject: &str, current: Option<Id>) -> Result<Vec<EndedSession>, StorageError> {
        self.end_all(|query| {
            query.push("subject = ").push_bind(subject.to_owned());
            query.push(" AND id_hash IS DISTINCT FROM ").push_bind(current.map(hash).map(Vec::from));
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

impl PostgresSessions {
    /// Ends the sessions that a condition holds for, and names them.
    async fn end_all(
        &self,
        condition: impl Fn(&mut QueryBuilder<Postgres>),
    ) -> Result<Vec<EndedSession>, StorageError> {
        let mut query = QueryBuilder::new("DELETE FROM sessions WHERE ");
        condition(&mut query);
        query.push(" RETURNING encode(id_hash, 'hex'), subject, data::json #>> '{owner,identity,name}'");
        let mut transaction = self.pool.begin().await?;
        let rows: Vec<(String, Option<String>, Option<String>)> =
            query.build_query_as().fetch_all(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(rows.into_iter().map(|(handle, subject, name)| EndedSession { handle, subject, name }).collect())
    }

    /// Notes that a session is used. It does not wait until that is on disk: a page would wait with it for a standby that is away,
    /// and keep its connection from the others.
    async fn note_use(&self, session_id: Id, now: i64) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("SET LOCAL synchronous_commit = off").execute(&mut *transaction).await?;
        sqlx::query("UPDATE sessions SET last_used_at = $1 WHERE id_hash = $2")
            .bind(now)
            .bind(hash(session_id).to_vec())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }
}

#[async_trait]
impl tower_sessions::SessionStore for PostgresSessions {
    async fn create(&self, record: &mut Record) -> SessionResult<()> {
        let (data, now) = (encode(&kept(record))?, self.now());
        loop {
            let inserted = sqlx::query(
                "INSERT INTO sessions (id_hash, data, created_at, last_used_at) VALUES ($1, $2, $3, $4)
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
        let saved = sqlx::query("UPDATE sessions SET data = $1, last_used_at = $2 WHERE id_hash = $3")
            .bind(encode(&kept(record))?)
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
            "SELECT data, last_used_at FROM sessions WHERE id_hash = $1 AND created_at > $2 AND last_used_at > $3",
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
            // The session was read: that its use is not noted makes it end sooner, and is no reason to end it now.
            if let Err(error) = self.note_use(*session_id, now).await {
                tracing::warn!(%error, "use of a session not noted");
            }
        }
        let data = serde_json::from_str(&data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = self.clock.now() + self.limits.idle;
        Ok(Some(Record { id: *session_id, data, expiry_date }))
    }

    async fn delete(&self, session_id: &Id) -> SessionResult<()> {
        sqlx::query("DELETE FROM sessions WHERE id_hash = $1")
            .bind(hash(*session_id).to_vec())
            .execute(&self.pool)
            .await
            .map_err(backend)?;
        Ok(())
    }
}

#[cfg(test)]
#[path = "sessions_test.rs"]
mod tests;
