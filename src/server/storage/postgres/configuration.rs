//! Salted hashes of the values of the configuration, in PostgreSQL.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::PostgresStore;
use crate::server::storage::rows::configuration;
use crate::server::storage::{ConfigurationStore, StorageError};

#[async_trait]
impl ConfigurationStore for PostgresStore {
    async fn changed_keys(&self, values: &BTreeMap<String, String>) -> Result<Option<Vec<String>>, StorageError> {
        let kept: Option<(Vec<u8>, String)> =
            sqlx::query_as("SELECT salt, hashes FROM configuration").fetch_optional(&self.pool).await?;
        kept.map(|kept| configuration::changed_keys(values, kept)).transpose()
    }

    async fn keep(&self, values: &BTreeMap<String, String>) -> Result<(), StorageError> {
        let (salt, hashes) = configuration::kept(values)?;
        sqlx::query(
            "INSERT INTO configuration (id, salt, hashes) VALUES (1, $1, $2)
             ON CONFLICT (id) DO UPDATE SET salt = excluded.salt, hashes = excluded.hashes",
        )
        .bind(salt)
        .bind(hashes)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
