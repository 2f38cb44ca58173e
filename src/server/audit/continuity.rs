//! Whether a log goes on from the checkpoint that was kept elsewhere last: a database that was put back must not become a
//! second history under the same name.

use std::cmp::Ordering;
use std::io;
use std::path::{Path, PathBuf};

use super::kept::largest_kept_checkpoint;
use super::tree::{Hash, LogName, VerifyingKey, hash_of, nodes_of_root, root};
use crate::server::blocking::on_its_own_thread;
use crate::server::storage::{AuditStore, StorageError};

/// Why the log must not go on.
#[derive(Debug, thiserror::Error)]
pub enum Discontinuity {
    /// The file cannot be read.
    #[error("the checkpoints in {} cannot be read", path.display())]
    File {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        #[source]
        reason: io::Error,
    },
    /// The database cannot be read.
    #[error("the audit log cannot be compared with its checkpoints")]
    Storage(#[from] StorageError),
    /// The database is older than the checkpoint.
    #[error(
        "the audit log has {found} records, and {kept} were signed by the checkpoints in {}: the database is an old copy. \
         Put the newest one back, or go on with this one by `restore` (SQLite) or `audit continue` (PostgreSQL)",
        path.display()
    )]
    Older {
        /// How many records there are.
        found: u64,
        /// How many were signed.
        kept: u64,
        /// The file of the checkpoints.
        path: PathBuf,
    },
    /// The database is from before a restore.
    #[error(
        "the database is an old copy: the checkpoints in {} were signed after a restore, as {name}. Put the newest one \
         back, or go on with this one by `restore` (SQLite) or `audit continue` (PostgreSQL)",
        path.display()
    )]
    BeforeRestore {
        /// The name that the newest checkpoint has.
        name: String,
        /// The file of the checkpoints.
        path: PathBuf,
    },
    /// The database has another history than the checkpoint.
    #[error(
        "the first {kept} records of the audit log are not those that were signed by the checkpoints in {}: run audit verify",
        path.display()
    )]
    Other {
        /// How many records were signed.
        kept: u64,
        /// The file of the checkpoints.
        path: PathBuf,
    },
}

/// Compares a log with the largest checkpoint of a file, where it has one that this key signed.
///
/// # Errors
/// When the log does not go on from there, or it cannot be told.
pub async fn check_continuity(store: &dyn AuditStore, path: &Path, key: &VerifyingKey) -> Result<(), Discontinuity> {
    let file = |reason| Discontinuity::File { path: path.to_owned(), reason };
    let (of, by) = (path.to_owned(), key.clone());
    let largest = on_its_own_thread(move || largest_kept_checkpoint(&of, &by)).await.map_err(file)?;
    let Some(kept) = largest else {
        return Ok(());
    };
    let head = store.head().await?;
    let (found, present) = (head.size, LogName::of_note(&head.checkpoint).history);
    match LogName::of(&kept.origin).history.cmp(&present) {
        Ordering::Greater => return Err(Discontinuity::BeforeRestore { name: kept.origin, path: path.to_owned() }),
        // It was restored, which takes the key, and nothing was kept since. audit verify compares what was kept before.
        Ordering::Less => return Ok(()),
        Ordering::Equal => {}
    }
    if kept.size > found {
        return Err(Discontinuity::Older { found, kept: kept.size, path: path.to_owned() });
    }
    if root_at(store, kept.size).await? == Some(kept.root) {
        Ok(())
    } else {
        Err(Discontinuity::Other { kept: kept.size, path: path.to_owned() })
    }
}

/// The root of the first `size` leaves; `None` when they are not there.
async fn root_at(store: &dyn AuditStore, size: u64) -> Result<Option<Hash>, StorageError> {
    let nodes = store.nodes(&nodes_of_root(size)).await?;
    Ok(root(size, &mut |node| hash_of(nodes.get(&node)?)))
}
