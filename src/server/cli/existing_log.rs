//! The audit log of a dashboard that is there. A command that does not find it makes none, and migrates nothing under a server that
//! runs.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Failure, with_causes};
use crate::server::audit::{AuditLog, LogSealer, SigningKey, check_continuity, existing_signing_key};
use crate::server::clock::SystemClock;
use crate::server::config::Config;
use crate::server::storage::{AuditStore, open_log};

/// The key that signs the log.
///
/// # Errors
/// When its file cannot be read, or is no key.
pub(super) fn existing_key(config: &Config) -> Result<SigningKey, Failure> {
    let key = existing_signing_key(&config.audit.signing_key_file, &config.audit.origin);
    key.map_err(|error| Failure::configuration(with_causes(&error)))
}

/// Opens the store of the log, which goes on under a key, and adds its checkpoints to a file where one is named.
///
/// # Errors
/// Without its database, and when no log in it goes on under this key: that is told as `missing`.
pub(super) async fn existing_store(
    config: &Config,
    key: SigningKey,
    checkpoint_file: Option<PathBuf>,
    missing: &str,
) -> Result<Arc<dyn AuditStore>, Failure> {
    let store = open_log(config.database.expose(), Arc::new(LogSealer::new(key, checkpoint_file))).await;
    let store = store.map_err(|error| Failure::configuration(with_causes(&error)))?;
    let head = store.head().await;
    head.map_err(|error| {
        Failure::configuration(format_args!("{missing}. Nothing was done ({})", with_causes(&error)))
    })?;
    Ok(store)
}

/// Opens the log that a configuration names, with the store that it is in.
///
/// # Errors
/// Without its key or its database, and when it is not the log of the checkpoints that are kept.
pub(super) async fn existing_log(config: &Config) -> Result<(AuditLog, Arc<dyn AuditStore>), Failure> {
    let (key, checkpoint_file) = (existing_key(config)?, &config.audit.checkpoint_file);
    let verifying = key.verifying().clone();
    let missing = "the database has no audit log that goes on";
    let store = existing_store(config, key, checkpoint_file.clone(), missing).await?;
    if let Some(file) = checkpoint_file {
        let continuity = check_continuity(store.as_ref(), file, &verifying).await;
        continuity.map_err(|error| Failure::configuration(with_causes(&error)))?;
    }
    Ok((AuditLog::new(Arc::clone(&store), Arc::new(SystemClock)), store))
}
