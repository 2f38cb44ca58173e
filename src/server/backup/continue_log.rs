//! Goes on with the log of a PostgreSQL database that was put back, under another name, so that nothing that was signed for what is
//! lost is contradicted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use time::OffsetDateTime;

use super::next_history::{COMMAND_LINE, checked, kept, largest_history, next, unkept};
use super::restore_error::RestoreError;
use crate::server::audit::{Continuation, LogSealer, SigningKey};
use crate::server::storage::{Alone, RestoredDatabase};

/// What a log is continued with.
#[derive(Debug)]
pub struct ContinueTarget {
    /// The key that signs the log, with the log's own name.
    pub key: SigningKey,
    /// Where each checkpoint of the log is kept.
    pub checkpoint_file: Option<PathBuf>,
    /// The number of the history to begin; otherwise the next after all that are known.
    pub history: Option<u32>,
}

/// A history that can begin: the log before it was checked.
#[derive(Debug)]
pub struct NextHistory {
    continuation: Continuation,
    sealer: Arc<LogSealer>,
    checkpoint_file: Option<PathBuf>,
}

/// How a log goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Continued {
    /// What its first entry says.
    pub continuation: Continuation,
    /// Why the checkpoint was not kept elsewhere, if it was to be.
    pub unkept: Option<String>,
}

/// Checks a copy of the log, and finds the name under which it can go on.
///
/// # Errors
/// When it is not whole, or cannot go on.
pub async fn next_history(target: ContinueTarget, copy: &Path) -> Result<NextHistory, RestoreError> {
    let ContinueTarget { key, checkpoint_file, history } = target;
    let kept = kept(checkpoint_file.as_deref(), key.verifying())?;
    let known = largest_history(&kept);
    let end = checked(copy, key.verifying(), kept).await?;
    let (continuation, sealer) = next(end, known, history, &key)?;
    Ok(NextHistory { continuation, sealer: Arc::new(sealer), checkpoint_file })
}

impl NextHistory {
    /// Begins it in the database, which nobody else uses: adds its first entry, and keeps its checkpoint. All sessions end.
    ///
    /// # Errors
    /// When the entry is not known to be there. If the answer to its commit was lost, it may be all the same.
    pub async fn begin(
        self,
        database: RestoredDatabase,
        alone: &Alone,
        now: OffsetDateTime,
    ) -> Result<Continued, RestoreError> {
        let Self { continuation, sealer, checkpoint_file } = self;
        let entry = continuation.entry(COMMAND_LINE);
        let head = database.continue_log(sealer, entry, now, alone.process()).await;
        let head = head.map_err(RestoreError::Continue)?;
        Ok(Continued { continuation, unkept: unkept(checkpoint_file.as_deref(), &head.checkpoint).await })
    }
}
