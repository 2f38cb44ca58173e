//! `[backup]`: scheduled backups.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::error::{ConfigError, ConfigFile};
use super::values;
use crate::server::backup::{BACKUP_ELSEWHERE, BackupSettings};
use crate::server::storage::DatabaseUrl;

/// A week, where one is taken each day.
const DEFAULT_KEPT: NonZeroU32 = NonZeroU32::new(7).expect("7 is not zero");

/// The table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BackupTable {
    #[serde(deserialize_with = "values::backup_hours")]
    every_h: Duration,
    #[serde(default = "default_kept", deserialize_with = "values::backups")]
    keep: NonZeroU32,
    to: PathBuf,
}

fn default_kept() -> NonZeroU32 {
    DEFAULT_KEPT
}

pub(super) fn check(
    table: BackupTable,
    database: &DatabaseUrl,
    file: &ConfigFile<'_>,
) -> Result<BackupSettings, ConfigError> {
    if database.is_postgres() {
        return Err(file.error("backup", format!("is for SQLite: {BACKUP_ELSEWHERE}")));
    }
    let BackupTable { every_h, keep, to } = table;
    if to.as_os_str().is_empty() {
        return Err(file.error("backup.to", "is empty: name a folder"));
    }
    Ok(BackupSettings { every: every_h, keep, to })
}
