//! Puts a backup in the place of the database. The log in it goes on under another name, so that nothing that was signed after
//! the backup was taken is contradicted.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use time::OffsetDateTime;
use uuid::Uuid;

use super::files::stamp;
use super::lock::Lock;
use super::next_history::{COMMAND_LINE, checked, kept, largest_history, next, note_of, unkept};
use super::part::{Part, folder_of, give_to_owner, sync};
use super::restore_error::RestoreError;
use crate::server::audit::{Checkpoint, Continuation, SigningKey};
use crate::server::storage::{continue_copy, prepare_copy, restoring};

/// What SQLite puts beside a database.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// What a backup takes the place of.
#[derive(Debug)]
pub struct RestoreTarget {
    /// The file of the database.
    pub database: PathBuf,
    /// The key that signs the log, with the log's own name.
    pub key: SigningKey,
    /// Where each checkpoint of the log is kept.
    pub checkpoint_file: Option<PathBuf>,
    /// The number of the history to begin; otherwise the next after all that are known.
    pub history: Option<u32>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// How the log goes on.
    pub continuation: Continuation,
    /// Where the files of the database are now that was there before.
    pub aside: Vec<PathBuf>,
    /// Why its log could not be read, if it could not.
    pub unread: Option<String>,
    /// Why the checkpoint was not kept elsewhere, if it was to be.
    pub unkept: Option<String>,
}

/// Restores a backup.
///
/// # Errors
/// When that cannot be done; the message says so if anything is not as it was.
pub async fn restore(target: &RestoreTarget, from: &Path, now: OffsetDateTime) -> Result<Restored, RestoreError> {
    refuse_what_is_no_backup(from, &target.database)?;
    let checkpoints = kept(target.checkpoint_file.as_deref(), target.key.verifying())?;
    let (known, unread) = known_histories(target, &checkpoints).await;
    // Nothing opens the database from here on: the lock would end with that.
    let lock = match Lock::take(&target.database) {
        Ok(Some(lock)) => Some(lock),
        Ok(None) => return Err(RestoreError::InUse { path: target.database.clone() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(reason) => return Err(RestoreError::Copy { folder: folder_of(&target.database).to_owned(), reason }),
    };
    if lock.is_some() {
        // Of a restore that was killed: nobody else restores this database now.
        remove_parts(&target.database);
    }
    let part = copy(from, &target.database)?;
    prepare_copy(part.path()).await.map_err(RestoreError::Unopened)?;
    // Read again: until the lock, a server may have signed more.
    let checkpoints = kept(target.checkpoint_file.as_deref(), target.key.verifying())?;
    let end = checked(part.path(), target.key.verifying(), checkpoints).await?;
    let (continuation, sealer) = next(end, known, target.history, &target.key)?;
    let entry = continuation.entry(COMMAND_LINE);
    let head = continue_copy(part.path(), Arc::new(sealer), entry, now).await.map_err(RestoreError::Continue)?;
    let aside = place(part, &target.database, now)
        .map_err(|reason| RestoreError::Interrupted { path: target.database.clone(), reason })?;
    // Not before: the log of before would be an old copy by it.
    let unkept = unkept(target.checkpoint_file.as_deref(), &head.checkpoint).await;
    Ok(Restored { continuation, aside, unread, unkept })
}

fn refuse_what_is_no_backup(from: &Path, database: &Path) -> Result<(), RestoreError> {
    let same =
        fs::canonicalize(from).ok().zip(fs::canonicalize(database).ok()).is_some_and(|(one, other)| one == other);
    if !from.is_file() || same {
        return Err(RestoreError::NoBackup { path: from.to_owned() });
    }
    if beside(from, BESIDE[0]).metadata().is_ok_and(|wal| wal.len() > 0) {
        return Err(RestoreError::HasWal { path: from.to_owned() });
    }
    Ok(())
}

/// The largest number of a history that this key is known to have signed, and why the present log could not be read.
async fn known_histories(target: &RestoreTarget, checkpoints: &[Checkpoint]) -> (u32, Option<String>) {
    let (mut known, mut unread) = (largest_history(checkpoints), None);
    // An interrupted restore has begun a history too.
    for database in [&target.database, &restoring(&target.database)] {
        if !database.exists() {
            continue;
        }
        match note_of(database).await {
            Ok(note) => {
                let signed = Checkpoint::open(&note, target.key.verifying());
                known = known.max(largest_history(signed.as_ref()));
            }
            Err(error) => unread = Some(error.to_string()),
        }
    }
    (known, unread)
}

/// Copies the backup beside the database, for its owner alone.
fn copy(from: &Path, database: &Path) -> Result<Part, RestoreError> {
    let folder = folder_of(database).to_owned();
    let copied = || {
        let name = database.file_name().unwrap_or_default().to_string_lossy();
        let (part, mut file) = Part::create(folder.join(format!(".{name}.{}.part", Uuid::new_v4())))?;
        give_to_owner(&file, database);
        io::copy(&mut fs::File::open(from)?, &mut file)?;
        Ok(part)
    };
    copied().map_err(|reason| RestoreError::Copy { folder: folder.clone(), reason })
}

/// Removes the copies beside a database that no restore finished, with what SQLite put beside them.
fn remove_parts(database: &Path) {
    let begin = format!(".{}.", database.file_name().unwrap_or_default().to_string_lossy());
    let is_part = |name: &str| {
        let part = name.strip_prefix(&begin).and_then(|rest| rest.split_once(".part"));
        part.is_some_and(|(id, end)| Uuid::parse_str(id).is_ok() && ["", "-journal", "-wal", "-shm"].contains(&end))
    };
    let Ok(folder) = fs::read_dir(folder_of(database)) else {
        return;
    };
    for entry in folder.flatten().filter(|entry| entry.file_name().to_str().is_some_and(is_part)) {
        if let Err(error) = fs::remove_file(entry.path()) {
            tracing::warn!(%error, "{} is left of a restore and could not be removed", entry.path().display());
        }
    }
}

/// Moves the files of the database aside and the new one in their place. From its first step to its last no server can start.
fn place(part: Part, database: &Path, now: OffsetDateTime) -> io::Result<Vec<PathBuf>> {
    let waiting = restoring(database);
    part.rename(&waiting)?;
    let mut name = database.as_os_str().to_owned();
    name.push(format!(".before-restore-{}", stamp(now)));
    let named = PathBuf::from(name);
    let mut aside = Vec::new();
    for end in ["", BESIDE[0], BESIDE[1]] {
        let (present, to) = (beside(database, end), beside(&named, end));
        match fs::rename(&present, &to) {
            Ok(()) => aside.push(to),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    fs::rename(&waiting, database)?;
    sync(folder_of(database))?;
    Ok(aside)
}

/// The name of a file with an end.
fn beside(file: &Path, end: impl AsRef<OsStr>) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}
