//! Checks a log from its tables to its end: for `audit verify`, and for each backup.

use super::broken::Broken;
use super::tree::{Checkpoint, VerifyingKey};
use super::verify::{Verifier, Whole};
use crate::server::blocking::on_its_own_thread;
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
    let file = reader.file().to_owned();
    // The file is looked through while its rows are read. What is wrong with it comes first all the same.
    let (damage, records) = tokio::join!(LogReader::damage(&file), records(reader, key, kept));
    match damage? {
        Some(said) => Ok(Err(Broken::Damaged { said })),
        None => records,
    }
}

async fn records(
    reader: &mut LogReader,
    key: Option<&VerifyingKey>,
    kept: Vec<Checkpoint>,
) -> Result<Result<Whole, Broken>, StorageError> {
    if let Some(what) = reader.schema_difference().await? {
        return Ok(Err(Broken::Schema { what }));
    }
    let mut verifier = match Verifier::new(key, kept, reader.beginning().await?) {
        Ok(verifier) => verifier,
        Err(broken) => return Ok(Err(broken)),
    };
    let mut leaves = reader.leaves(verifier.next()).await?;
    while let Some(last) = leaves.last() {
        let from = last.sequence + 1;
        let checking = on_its_own_thread(move || {
            let checked = leaves.iter().try_for_each(|leaf| verifier.leaf(leaf));
            (verifier, checked)
        });
        // Some are checked while the next ones are read.
        let ((back, checked), next) = tokio::join!(checking, reader.leaves(from));
        if let Err(broken) = checked {
            return Ok(Err(broken));
        }
        (verifier, leaves) = (back, next?);
    }
    Ok(verifier.finish(&reader.end().await?))
}
