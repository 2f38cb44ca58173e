//! What is known of the scheduled backups.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// A backup that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBackup {
    /// When it was taken.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Its size.
    pub bytes: u64,
}

/// How the scheduled backups are going.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupState {
    /// The newest one; `None` when there is none yet.
    pub last: Option<LastBackup>,
    /// When one failed, if none has succeeded since.
    #[serde(with = "time::serde::rfc3339::option")]
    pub failed_at: Option<OffsetDateTime>,
    /// How many have failed since the server started.
    pub failures: u64,
}
