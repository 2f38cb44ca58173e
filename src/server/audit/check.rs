//! Checks a log from its tables to its end: for `audit verify`, and for each backup.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{Scope, ScopedJoinHandle, available_parallelism, scope};

use super::broken::Broken;
use super::leaf::ReadLeaf;
use super::tree::{Checkpoint, CheckpointError, VerifyingKey};
use super::verify::{Verifier, Whole};
use crate::server::blocking::on_its_own_thread;
use crate::server::storage::{ExpectedSchema, FileAccess, LogTables, StorageError, expected_schema};

/// At most so many threads read leaves: a backup is checked by the program that serves everybody.
const READERS: usize = 4;
/// Leaves that one thread reads before the next one goes on.
const AT_ONCE: usize = 128;
/// Batches of each thread that may wait for the tree.
const WAITING: usize = 16;

/// Why a log is checked no further.
#[derive(Debug, thiserror::Error)]
enum Ended {
    /// Something is wrong with it.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] StorageError),
}

/// Checks the log of a database, or of a copy of one, against a key, where there is one, and checkpoints that were kept
/// elsewhere.
///
/// # Errors
/// When the log cannot be read. What is wrong with one that can be is in the result.
pub async fn check(
    file: &Path,
    access: FileAccess,
    key: Option<&VerifyingKey>,
    kept: Vec<Checkpoint>,
) -> Result<Result<Whole, Broken>, StorageError> {
    let expected = expected_schema().await?;
    let (file, key) = (file.to_owned(), key.cloned());
    on_its_own_thread(move || match whole(&file, access, &expected, key.as_ref(), kept) {
        Ok(whole) => Ok(Ok(whole)),
        Err(Ended::Broken(broken)) => Ok(Err(broken)),
        Err(Ended::Unreadable(error)) => Err(error),
    })
    .await
}

fn whole(
    file: &Path,
    access: FileAccess,
    expected: &ExpectedSchema,
    key: Option<&VerifyingKey>,
    kept: Vec<Checkpoint>,
) -> Result<Whole, Ended> {
    let readers = available_parallelism().map_or(1, NonZero::get).min(READERS);
    let (log, readers) = LogTables::at_one_moment(file, access, readers)?;
    let verifier = begin(&log, expected, key, kept);
    scope(|threads| {
        // The file is looked through while its leaves are read. What is wrong with it comes first all the same.
        let file = threads.spawn(move || (log.damage(), log.end()));
        let verifier = verifier.and_then(|verifier| leaves(verifier, readers));
        let (damage, end) = joined(file);
        match damage? {
            Some(said) => Err(Broken::Damaged { said }.into()),
            None => Ok(verifier?.finish(&end?)?),
        }
    })
}

fn begin(
    log: &LogTables,
    expected: &ExpectedSchema,
    key: Option<&VerifyingKey>,
    kept: Vec<Checkpoint>,
) -> Result<Verifier, Ended> {
    match log.schema_difference(expected)? {
        Some(what) => Err(Broken::Schema { what }.into()),
        None => Verifier::new(key, kept, log.beginning()?).map_err(|broken| match broken {
            // Nothing is known to be wrong with it.
            Broken::OwnCheckpoint(CheckpointError::OtherName { begun, named }) => {
                StorageError::OtherName { begun, named }.into()
            }
            broken => broken.into(),
        }),
    }
}

/// Checks all leaves in their order. Each thread reads some of them in turn, and hashes what it has read.
fn leaves(mut verifier: Verifier, readers: Vec<LogTables>) -> Result<Verifier, Ended> {
    scope(|threads| {
        let round = AT_ONCE * readers.len();
        let begun = readers.into_iter().zip((verifier.next()..).step_by(AT_ONCE));
        let read: Vec<_> = begun.map(|(log, first)| batches(threads, log, (first..).step_by(round))).collect();
        for read in read.iter().cycle() {
            // Only a thread that panicked says nothing, and then the scope panics too.
            let Ok(batch) = read.recv() else { break };
            let batch = batch?;
            let is_last = batch.len() < AT_ONCE;
            for leaf in batch {
                verifier.leaf(leaf)?;
            }
            if is_last {
                break;
            }
        }
        Ok(verifier)
    })
}

type ReadBatch = Result<Vec<ReadLeaf>, StorageError>;

/// The leaves from each of some places on, [`AT_ONCE`] of them, read on a thread of its own. The last batch is shorter.
fn batches<'scope>(
    threads: &'scope Scope<'scope, '_>,
    log: LogTables,
    places: impl Iterator<Item = u64> + Send + 'scope,
) -> Receiver<ReadBatch> {
    let (read, waiting) = sync_channel(WAITING);
    threads.spawn(move || {
        let mut leaves = match log.leaves() {
            Ok(leaves) => leaves,
            Err(error) => return drop(read.send(Err(error))),
        };
        for from in places {
            let batch = leaves.read(from, AT_ONCE, ReadLeaf::of);
            let is_last = batch.as_ref().map_or(true, |leaves| leaves.len() < AT_ONCE);
            // Nobody takes any more when something is wrong.
            if read.send(batch).is_err() || is_last {
                return;
            }
        }
    });
    waiting
}

/// What a thread gave; its panic is the caller's.
fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}
