//! Checks a log from its tables to its end: for `audit verify`, and for each backup.

use std::panic::resume_unwind;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread::{ScopedJoinHandle, scope};

use super::broken::Broken;
use super::tree::{Checkpoint, VerifyingKey};
use super::verify::{Verifier, Whole};
use crate::server::blocking::on_its_own_thread;
use crate::server::storage::{Definition, LogTables, StorageError, expected_definitions};

/// Batches of leaves that were read and wait to be checked.
const WAITING: usize = 4;

/// Checks the log of a database, or of a copy of one, against a key, where there is one, and checkpoints that were kept
/// elsewhere.
///
/// # Errors
/// When the log cannot be read. What is wrong with one that can be is in the result.
pub async fn check(
    file: &Path,
    key: Option<&VerifyingKey>,
    kept: Vec<Checkpoint>,
) -> Result<Result<Whole, Broken>, StorageError> {
    let expected = expected_definitions().await?;
    let (file, key) = (file.to_owned(), key.cloned());
    on_its_own_thread(move || {
        scope(|threads| {
            // The file is looked through while its rows are read. What is wrong with it comes first all the same.
            let damage = threads.spawn(|| LogTables::open(&file)?.damage());
            let records = records(&file, &expected, key.as_ref(), kept);
            match joined(damage)? {
                Some(said) => Ok(Err(Broken::Damaged { said })),
                None => records,
            }
        })
    })
    .await
}

fn records(
    file: &Path,
    expected: &[Definition],
    key: Option<&VerifyingKey>,
    kept: Vec<Checkpoint>,
) -> Result<Result<Whole, Broken>, StorageError> {
    let tables = LogTables::open(file)?;
    if let Some(what) = tables.schema_difference(expected)? {
        return Ok(Err(Broken::Schema { what }));
    }
    let mut verifier = match Verifier::new(key, kept, tables.beginning()?) {
        Ok(verifier) => verifier,
        Err(broken) => return Ok(Err(broken)),
    };
    let from = verifier.next();
    scope(|threads| {
        let (read, waiting) = sync_channel(WAITING);
        let reading = threads.spawn(move || {
            let leaves = tables.leaves(from, |leaves| read.send(leaves).is_ok());
            (tables, leaves)
        });
        let checked = waiting.iter().flatten().try_for_each(|leaf| verifier.leaf(&leaf));
        // Nobody takes any more when something is wrong: the reading ends.
        drop(waiting);
        let (tables, leaves) = joined(reading);
        Ok(match checked {
            Ok(()) => {
                leaves?;
                verifier.finish(&tables.end()?)
            }
            Err(broken) => Err(broken),
        })
    })
}

/// What a thread gave; its panic is the caller's.
fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}
