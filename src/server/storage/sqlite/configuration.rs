//! Salted hashes of the values of the configuration, in SQLite.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::store::SqliteStore;
use crate::server::storage::rows::configuration;
use crate::server::storage::{ConfigurationStore, StorageError};

#[async_trait]
impl ConfigurationStore for SqliteStore {
    async fn changed_keys(&self, values: &BTreeMap<String, String>) -> Result<Option<Vec<String>>, StorageError> {
        let kept: Option<(Vec<u8>, String)> =
            sqlx::query_as("SELECT salt, hashes FROM configuration").fetch_optional(&self.pool).await?;
        kept.map(|kept| configuration::changed_keys(values, kept)).transpose()
    }

    async fn keep(&self, values: &BTreeMap<String, String>) -> Result<(), StorageError> {
        let (salt, hashes) = configuration::kept(values)?;
        sqlx::query("INSERT OR REPLACE INTO configuration (id, salt, hashes) VALUES (1, ?, ?)")
            .bind(salt)
            .bind(hashes)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
