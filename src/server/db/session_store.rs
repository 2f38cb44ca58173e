//! Sessions in SQLite. The published store is for an older sqlx and keeps ids in clear; a stolen
//! copy of this one's table cannot be replayed, because it holds only hashes.

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqlitePool;
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{ExpiredDeletion, SessionStore};

/// A session store on the application's database.
#[derive(Clone, Debug)]
pub struct SqliteSessionStore {
    pool: SqlitePool,
}

impl SqliteSessionStore {
    /// A store on a migrated database.
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }
}

fn hash(id: Id) -> Vec<u8> {
    Sha256::digest(id.0.to_be_bytes()).to_vec()
}

fn backend(error: sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for SqliteSessionStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let data = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
            let inserted =
                sqlx::query("INSERT INTO sessions (id_hash, data, expires_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
                    .bind(hash(record.id))
                    .bind(data)
                    .bind(record.expiry_date.unix_timestamp())
                    .execute(&self.pool)
                    .await
                    .map_err(backend)?;
            if inserted.rows_affected() == 1 {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        sqlx::query(
            "INSERT INTO sessions (id_hash, data, expires_at) VALUES (?, ?, ?)
             ON CONFLICT (id_hash) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at",
        )
        .bind(hash(record.id))
        .bind(data)
        .bind(record.expiry_date.unix_timestamp())
        .execute(&self.pool)
        .await
        .map_err(backend)?;
        Ok(())
    }

    async fn load(&self, session_id: &Id) -> Result<Option<Record>> {
        let row: Option<(String, i64)> =
            sqlx::query_as("SELECT data, expires_at FROM sessions WHERE id_hash = ? AND expires_at > unixepoch()")
                .bind(hash(*session_id))
                .fetch_optional(&self.pool)
                .await
                .map_err(backend)?;
        row.map(|(data, expires_at)| {
            let data = serde_json::from_str(&data).map_err(|error| Error::Decode(error.to_string()))?;
            let expiry_date =
                OffsetDateTime::from_unix_timestamp(expires_at).map_err(|error| Error::Decode(error.to_string()))?;
            Ok(Record { id: *session_id, data, expiry_date })
        })
        .transpose()
    }

    async fn delete(&self, session_id: &Id) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE id_hash = ?")
            .bind(hash(*session_id))
            .execute(&self.pool)
            .await
            .map_err(backend)?;
        Ok(())
    }
}

#[async_trait]
impl ExpiredDeletion for SqliteSessionStore {
    async fn delete_expired(&self) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE expires_at <= unixepoch()")
            .execute(&self.pool)
            .await
            .map_err(backend)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use time::macros::datetime;

    use super::*;

    async fn store() -> (SqliteSessionStore, tempfile::TempDir) {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("sessions.db").display());
        (SqliteSessionStore::new(crate::server::db::open(&url).await.unwrap()), directory)
    }

    fn record(expiry_date: OffsetDateTime) -> Record {
        let data = HashMap::from([("key".to_owned(), serde_json::json!("value"))]);
        Record { id: Id::default(), data, expiry_date }
    }

    #[tokio::test]
    async fn a_session_is_read_as_it_was_saved_and_gone_after_deletion() {
        let (store, _directory) = store().await;
        let mut record = record(datetime!(2999-01-01 00:00 UTC));
        store.create(&mut record).await.unwrap();
        assert_eq!(store.load(&record.id).await.unwrap().unwrap().data, record.data);
        store.delete(&record.id).await.unwrap();
        assert!(store.load(&record.id).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_session_that_is_over_is_not_read_and_is_swept() {
        let (store, _directory) = store().await;
        let mut record = record(datetime!(2001-01-01 00:00 UTC));
        store.create(&mut record).await.unwrap();
        assert!(store.load(&record.id).await.unwrap().is_none());
        store.delete_expired().await.unwrap();
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM sessions").fetch_one(&store.pool).await.unwrap();
        assert_eq!(left, 0);
    }

    #[tokio::test]
    async fn the_bearer_of_a_session_is_not_in_the_database() {
        let (store, _directory) = store().await;
        let mut record = record(datetime!(2999-01-01 00:00 UTC));
        store.create(&mut record).await.unwrap();
        let stored: Vec<u8> = sqlx::query_scalar("SELECT id_hash FROM sessions").fetch_one(&store.pool).await.unwrap();
        assert_ne!(stored, record.id.0.to_be_bytes());
        assert_eq!(stored.len(), 32);
    }

    #[tokio::test]
    async fn a_second_session_never_takes_the_place_of_the_first() {
        let (store, _directory) = store().await;
        let mut first = record(datetime!(2999-01-01 00:00 UTC));
        store.create(&mut first).await.unwrap();
        let mut second = first.clone();
        store.create(&mut second).await.unwrap();
        assert_ne!(first.id, second.id);
    }
}
