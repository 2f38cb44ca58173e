//! The checkpoints that are kept in a file elsewhere.

use std::path::Path;
use std::{fs, io};

use super::tree::{Checkpoint, VerifyingKey};

/// The checkpoints of a file that this key signed; none where there is no file yet.
///
/// # Errors
/// When the file cannot be read.
pub fn kept_checkpoints(path: &Path, key: &VerifyingKey) -> io::Result<Vec<Checkpoint>> {
    let notes = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read?,
    };
    let (checkpoints, unreadable) = Checkpoint::open_all(&notes, key);
    if unreadable > 0 {
        tracing::warn!(unreadable, "{} has notes that are not checkpoints of this log", path.display());
    }
    Ok(checkpoints)
}
