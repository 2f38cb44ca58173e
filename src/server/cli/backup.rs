//! `partner-dashboard backup`: takes a backup while the server runs, or while it does not.

use std::path::Path;
use std::sync::Arc;

use super::config::configuration;
use super::{Failure, say, with_causes};
use crate::server::audit::{AuditError, AuditLog, LogSealer, SigningKey, existing_signing_key};
use crate::server::backup::{BACKUP_ELSEWHERE, Backup, BackupSource, take};
use crate::server::clock::{Clock, SystemClock};
use crate::server::config::Config;
use crate::server::storage::StorageError;
use crate::server::{storage, telemetry};

/// How an entry calls who took the backup.
const COMMAND_LINE: &str = "Command line";
/// How often it is tried to record a backup while the server writes to the log too.
const ATTEMPTS: usize = 5;

/// Takes a backup, checks it, and records it.
pub(super) async fn run(path: &Path, to: &Path) -> Result<(), Failure> {
    telemetry::start("error", false);
    let config = configuration(path)?;
    let key =
        existing_signing_key(&config.audit.signing_key_file, &config.audit.origin).map_err(|error| with_causes(&error));
    let source = BackupSource {
        database: config.database.file(BACKUP_ELSEWHERE).map_err(Failure::configuration)?,
        key: key.as_ref().ok().map(|key| key.verifying().clone()),
        checkpoint_file: config.audit.checkpoint_file.clone(),
    };
    let backup = take(&source, to, SystemClock.now()).await.map_err(|error| {
        let message = with_causes(&error);
        if error.is_of_arguments() { Failure::configuration(message) } else { Failure::new(message) }
    })?;
    let Backup { file, records, bytes } = &backup;
    say(format_args!("Backup written: {} ({bytes} bytes). Its audit log is whole: {records} records.", file.display()));
    if source.key.is_none() {
        say("The signature was not checked, because there is no key to check it with: run audit verify on the backup.");
    }
    let recorded = match key {
        Ok(key) => record(&config, key, &backup).await,
        Err(error) => Err(error),
    };
    match recorded {
        Ok(()) => say("It is recorded in the audit log."),
        Err(error) => say(format_args!("It is NOT recorded in the audit log: {error}")),
    }
    Ok(())
}

/// Writes the entry, beside the server if that runs.
async fn record(config: &Config, key: SigningKey, backup: &Backup) -> Result<(), String> {
    let sealer = Arc::new(LogSealer::new(key, config.audit.checkpoint_file.clone()));
    let store = storage::open_log(config.database.expose(), sealer).await.map_err(|error| with_causes(&error))?;
    let log = AuditLog::new(Arc::clone(&store), Arc::new(SystemClock));
    let entry = backup.entry(COMMAND_LINE);
    let mut recorded = log.record(&entry).await;
    for _ in 1..ATTEMPTS {
        if !matches!(recorded, Err(AuditError::Storage(StorageError::Outrun))) {
            break;
        }
        recorded = log.record(&entry).await;
    }
    store.checkpoints_kept().await;
    recorded.map_err(|error| with_causes(&error))
}
