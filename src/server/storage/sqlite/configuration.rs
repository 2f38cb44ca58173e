//! Salted hashes of the values of the configuration.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};

use super::store::SqliteStore;
use crate::server::hexadecimal::hex;
use crate::server::storage::{ConfigurationStore, SealError, StorageError};

type Hashes = BTreeMap<String, String>;

fn hashes(values: &BTreeMap<String, String>, salt: &[u8]) -> Hashes {
    let hash = |value: &String| hex(&Sha256::new().chain_update(salt).chain_update(value).finalize());
    values.iter().map(|(key, value)| (key.clone(), hash(value))).collect()
}

#[async_trait]
impl ConfigurationStore for SqliteStore {
    async fn changed_keys(&self, values: &BTreeMap<String, String>) -> Result<Option<Vec<String>>, StorageError> {
        let kept: Option<(Vec<u8>, String)> =
            sqlx::query_as("SELECT salt, hashes FROM configuration").fetch_optional(&self.pool).await?;
        let Some((salt, kept)) = kept else {
            return Ok(None);
        };
        let (kept, present): (Hashes, Hashes) = (serde_json::from_str(&kept)?, hashes(values, &salt));
        let keys: BTreeSet<&String> = kept.keys().chain(present.keys()).collect();
        Ok(Some(keys.into_iter().filter(|key| kept.get(*key) != present.get(*key)).cloned().collect()))
    }

    async fn keep(&self, values: &BTreeMap<String, String>) -> Result<(), StorageError> {
        let mut salt = [0; 32];
        SysRng.try_fill_bytes(&mut salt).map_err(|_| SealError::Random)?;
        sqlx::query("INSERT OR REPLACE INTO configuration (id, salt, hashes) VALUES (1, ?, ?)")
            .bind(salt.to_vec())
            .bind(serde_json::to_string(&hashes(values, &salt))?)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
