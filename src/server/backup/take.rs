//! Takes a backup: a copy as of one moment, checked in full, which has its name only when it is on disk.

use std::path::{Path, PathBuf};

use time::OffsetDateTime;
use uuid::Uuid;

use super::error::BackupError;
use super::files::target;
use super::part::{Part, folder_of};
use crate::domain::audit::{Action, Actor, BACKUP_FILE, Intent, RECORDS, SIZE_IN_BYTES, Target};
use crate::server::audit::{VerifyingKey, check, kept_checkpoints};
use crate::server::storage::{FileAccess, copy_database};

/// What is backed up.
#[derive(Clone, Debug)]
pub struct BackupSource {
    /// The file of the database.
    pub database: PathBuf,
    /// The key that the log is signed with. Without one the signature of a backup is not checked.
    pub key: Option<VerifyingKey>,
    /// Where each checkpoint of the log is kept.
    pub checkpoint_file: Option<PathBuf>,
}

/// A backup that is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Where it is.
    pub file: PathBuf,
    /// How many records its audit log has.
    pub records: u64,
    /// Its size.
    pub bytes: u64,
}

impl Backup {
    /// The entry of the audit log for it.
    pub fn entry(&self, taken_by: &str) -> Intent {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        Intent::event(Action::Backup, Actor::nobody(taken_by), Target::of_dashboard(None), "")
            .with_text(BACKUP_FILE, &name)
            .with_text(RECORDS, &self.records.to_string())
            .with_text(SIZE_IN_BYTES, &self.bytes.to_string())
    }
}

/// Takes a backup into a file that is not there yet, or into a folder, while others may write to the database.
///
/// # Errors
/// When it could not be taken. Nothing is left behind then.
pub async fn take(source: &BackupSource, to: &Path, now: OffsetDateTime) -> Result<Backup, BackupError> {
    let file = target(to, now)?;
    if !source.database.is_file() {
        return Err(BackupError::NoDatabase { path: source.database.clone() });
    }
    // What is signed after the copy is not in it, so these are read before.
    let kept = match (&source.checkpoint_file, &source.key) {
        (Some(path), Some(key)) => {
            kept_checkpoints(path, key).map_err(|reason| BackupError::Checkpoints { path: path.clone(), reason })?
        }
        _ => Vec::new(),
    };
    let folder = folder_of(&file).to_owned();
    let not_written = |reason| BackupError::File { folder: folder.clone(), reason };
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let (part, _) = Part::create(folder.join(format!(".{name}.{}.part", Uuid::new_v4()))).map_err(not_written)?;
    copy_database(&source.database, part.path())
        .await
        .map_err(|reason| BackupError::Copy { folder: folder.clone(), reason })?;
    let checked = check(part.path(), FileAccess::Calls, source.key.as_ref(), kept).await;
    let whole = checked.map_err(BackupError::Unreadable)?.map_err(BackupError::Broken)?;
    let bytes = part.path().metadata().map_err(not_written)?.len();
    // It may have been made meanwhile.
    if file.symlink_metadata().is_ok() {
        return Err(BackupError::Exists { path: file });
    }
    part.rename(&file).map_err(not_written)?;
    Ok(Backup { file, records: whole.records(), bytes })
}
