//! The name under which a log goes on that was put back: one under which this key has signed nothing yet.

use std::path::Path;

use super::restore_error::RestoreError;
use crate::server::audit::{
    Broken, Checkpoint, Continuation, LogName, LogSealer, SigningKey, VerifyingKey, check, keep_checkpoint,
    kept_checkpoints,
};
use crate::server::storage::{FileAccess, LogReader, StorageError};

/// How an entry calls who put a database back.
pub(super) const COMMAND_LINE: &str = "Command line";

/// The checkpoints of a file that this key signed, where there is one.
pub(super) fn kept(path: Option<&Path>, key: &VerifyingKey) -> Result<Vec<Checkpoint>, RestoreError> {
    let Some(path) = path else {
        return Ok(Vec::new());
    };
    kept_checkpoints(path, key).map_err(|reason| RestoreError::Checkpoints { path: path.to_owned(), reason })
}

/// Adds the checkpoint of a new history to the file, where there is one; why it could not be added.
pub(super) async fn unkept(path: Option<&Path>, checkpoint: &str) -> Option<String> {
    keep_checkpoint(path?, checkpoint).await.err().map(|error| error.to_string())
}

/// The largest number of a history that checkpoints were signed for; 1 where there are none.
pub(super) fn largest_history<'a>(checkpoints: impl IntoIterator<Item = &'a Checkpoint>) -> u32 {
    checkpoints.into_iter().map(|checkpoint| LogName::of(&checkpoint.origin).history).fold(1, u32::max)
}

/// Checks a copy of a log as a backup is checked, against the checkpoints that are not newer; its own checkpoint.
pub(super) async fn checked(
    file: &Path,
    key: &VerifyingKey,
    mut kept: Vec<Checkpoint>,
) -> Result<Checkpoint, RestoreError> {
    let note = note_of(file).await.map_err(RestoreError::Unreadable)?;
    // Its signature is checked with the rest.
    let end = Checkpoint::unsigned(&note).map_err(|error| RestoreError::Broken(Broken::OwnCheckpoint(error)))?;
    kept.retain(|one| one.age() <= end.age());
    let checked = check(file, FileAccess::Calls, Some(key), kept).await.map_err(RestoreError::Unreadable)?;
    checked.map_err(RestoreError::Broken)?;
    Ok(end)
}

/// The checkpoint of the log in a file.
pub(super) async fn note_of(database: &Path) -> Result<String, StorageError> {
    let mut reader = LogReader::open(database).await?;
    let head = reader.head().await?;
    reader.close().await?;
    Ok(head.checkpoint)
}

/// What a log goes on with from this end, and who signs it then. Its history is the one that was asked for, or else the next after the
/// largest that is known.
pub(super) fn next(
    end: Checkpoint,
    known: u32,
    asked: Option<u32>,
    key: &SigningKey,
) -> Result<(Continuation, LogSealer), RestoreError> {
    let name = LogName::of(&end.origin);
    let least = known.max(name.history) + 1;
    let history = asked.unwrap_or(least);
    if history < least {
        return Err(RestoreError::History { asked: history, least });
    }
    let to = name.with_history(history).to_string();
    let sealer = LogSealer::after(key.named(&to).map_err(RestoreError::Name)?, &end);
    let continuation = Continuation { from: end.origin, to, size: end.size, root: end.root };
    Ok((continuation, sealer))
}
