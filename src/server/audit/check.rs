//! Checks a log from its tables to its end: for `audit verify`, and for each backup.

use super::broken::Broken;
use super::tree::{Checkpoint, VerifyingKey};
use super::verify::{Verifier, Whole};
use crate::server::storage::{LogReader, StorageError};

/// Checks a log against a key, where there is one, and checkpoints that were kept elsewhere.
///
/// # Errors
/// When the log cannot be read. What is wrong with one that can be is in the result.
pub async fn check(
    reader: &mut LogReader,
    key: Option<&VerifyingKey>,
    kept: Vec<Checkpoint>,
) -> Result<Result<Whole, Broken>, StorageError> {
    if let Some(said) = reader.damage().await? {
        return Ok(Err(Broken::Damaged { said }));
    }
    if let Some(what) = reader.schema_difference().await? {
        return Ok(Err(Broken::Schema { what }));
    }
    let mut verifier = match Verifier::new(key, kept, reader.beginning().await?) {
        Ok(verifier) => verifier,
        Err(broken) => return Ok(Err(broken)),
    };
    loop {
        let leaves = reader.leaves(verifier.next()).await?;
        if leaves.is_empty() {
            break;
        }
        if let Err(broken) = leaves.iter().try_for_each(|leaf| verifier.leaf(leaf)) {
            return Ok(Err(broken));
        }
    }
    Ok(verifier.finish(&reader.end().await?))
}
