//! The values of a configuration as their row has them: hashes with a salt.

use std::collections::{BTreeMap, BTreeSet};

use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};

use crate::server::hexadecimal::hex;
use crate::server::storage::{SealError, StorageError};

type Hashes = BTreeMap<String, String>;

fn hashes(values: &BTreeMap<String, String>, salt: &[u8]) -> Hashes {
    let hash = |value: &String| hex(&Sha256::new().chain_update(salt).chain_update(value).finalize());
    values.iter().map(|(key, value)| (key.clone(), hash(value))).collect()
}

/// The keys of values that are not those of which the hashes were kept.
pub(in crate::server::storage) fn changed_keys(
    values: &BTreeMap<String, String>,
    (salt, kept): (Vec<u8>, String),
) -> Result<Vec<String>, StorageError> {
    let (kept, present): (Hashes, Hashes) = (serde_json::from_str(&kept)?, hashes(values, &salt));
    let keys: BTreeSet<&String> = kept.keys().chain(present.keys()).collect();
    Ok(keys.into_iter().filter(|key| kept.get(*key) != present.get(*key)).cloned().collect())
}

/// A new salt, and what is kept of the values with it.
pub(in crate::server::storage) fn kept(values: &BTreeMap<String, String>) -> Result<(Vec<u8>, String), StorageError> {
    let mut salt = [0; 32];
    SysRng.try_fill_bytes(&mut salt).map_err(|_| SealError::Random)?;
    let hashes = serde_json::to_string(&hashes(values, &salt))?;
    Ok((salt.to_vec(), hashes))
}
