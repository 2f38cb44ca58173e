//! Snapshots of the index of each connection, from which a restart is served at once.

use std::ops::ControlFlow;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio::sync::mpsc::Sender;

use super::StorageError;
use super::index_journal::JournalPosition;

/// What stands between the name of a connection and what tells it from another one of that name. It is in no name.
const MARK: char = ':';

/// What the index of a connection is kept as: its name, and a fingerprint of what it is a connection to. What was read from something
/// else under the same name is kept beside it, and is neither shown as what this one has nor compared with it.
pub fn kept_as(name: &str, fingerprint: &str) -> String {
    format!("{name}{MARK}{fingerprint}")
}

/// The name of the connection whose index is kept as this.
pub fn name_of(kept_as: &str) -> &str {
    kept_as.split_once(MARK).map_or(kept_as, |(name, _)| name)
}

/// The most bytes that [`IndexSnapshotStore::append`] takes at once: so long is the database held, and no longer.
pub const LARGEST_CHUNK: usize = 512 * 1024;

/// One version of the snapshot of a connection. Versions are never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SnapshotVersion(pub i64);

/// What completes a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotSeal {
    /// SHA-256 of all its bytes.
    pub checksum: [u8; 32],
    /// The number of its bytes.
    pub length: u64,
    /// The last entry of the journal that it includes.
    pub journal_until: JournalPosition,
}

/// What is known of a snapshot beside its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotFacts {
    /// Its version.
    pub version: SnapshotVersion,
    /// The number of its bytes.
    pub length: u64,
    /// When it was completed, in whole seconds.
    pub finished_at: OffsetDateTime,
}

/// When the lists in a snapshot were last read, in which nothing has changed since. Times are in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAgain {
    /// The snapshot.
    pub version: SnapshotVersion,
    /// When the organisations were read.
    pub organisations: u32,
    /// When the list of clients was read that is the oldest of those that were read; 0 where none was.
    pub clients: u32,
    /// Whether the clients of every organisation were read.
    pub has_all_clients: bool,
}

/// The most room that is made beforehand, in bytes: what the database says may be wrong.
const MOST_EXPECTED: usize = 256 << 20;

/// Takes the bytes of a snapshot, part by part.
#[async_trait]
pub trait SnapshotSink: Send {
    /// Makes room for so many bytes, which are to come.
    fn expect(&mut self, _length: usize) {}

    /// Takes the next part, at most 64 KiB. Breaking off ends the reading.
    async fn take(&mut self, part: Vec<u8>) -> ControlFlow<()>;
}

/// Collects all of it.
#[async_trait]
impl SnapshotSink for Vec<u8> {
    fn expect(&mut self, length: usize) {
        self.reserve(length.min(MOST_EXPECTED));
    }

    async fn take(&mut self, part: Vec<u8>) -> ControlFlow<()> {
        self.extend_from_slice(&part);
        ControlFlow::Continue(())
    }
}

/// Hands it to another task, as fast as that takes it; ends when that is gone.
#[async_trait]
impl SnapshotSink for Sender<Vec<u8>> {
    async fn take(&mut self, part: Vec<u8>) -> ControlFlow<()> {
        match self.send(part).await {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

/// Keeps one snapshot of each connection's index, and writes the next beside it without keeping others from the
/// database. `SnapshotWriter` is the easy way to write one. `connection` is what the index is [`kept_as`].
#[async_trait]
pub trait IndexSnapshotStore: Send + Sync + std::fmt::Debug {
    /// From now on a version becomes current only while this process of the database server has the lock of the replica that leads:
    /// one that was frozen, and does not know yet that another one leads, keeps nothing old. Of no meaning where there is one program.
    fn only_while_it_leads(&self, _process: i32) {}

    /// Begins a version. One that is being written already is given up, by this server or by one that ended within:
    /// nothing can be added to it, and what there is of it is removed.
    ///
    /// # Errors
    /// When it is not begun.
    async fn begin(&self, connection: &str) -> Result<SnapshotVersion, StorageError>;

    /// Adds bytes to the version that is being written: a short transaction, and a rest after it in which others can
    /// write. After an error the version is to be given up, because it may hold them all the same.
    ///
    /// # Errors
    /// When there are more than [`LARGEST_CHUNK`], the version is not the one that is being written, or they are not
    /// certainly on disk.
    async fn append(&self, version: SnapshotVersion, chunk: &[u8]) -> Result<(), StorageError>;

    /// Makes the version current in one transaction. From then on the one before is removed, and with it the entries of
    /// the journal that this one includes; what cannot be removed is logged and removed with the next.
    ///
    /// # Errors
    /// When the version is not the one that is being written, does not hold as many bytes as the seal says, or is not
    /// certainly current; or when another replica leads.
    async fn finish(&self, version: SnapshotVersion, seal: &SnapshotSeal) -> Result<(), StorageError>;

    /// Gives a connection's current snapshot to `sink`: the version that was current at the beginning, whole, even when
    /// the next is completed meanwhile. `None` when there is none. What the sink took is good only if this is `Ok`.
    ///
    /// # Errors
    /// When it cannot be read, is damaged, or the sink breaks off.
    async fn read(&self, connection: &str, sink: &mut dyn SnapshotSink) -> Result<Option<SnapshotFacts>, StorageError>;

    /// Tells the replicas that follow that the lists in a connection's current snapshot were read again.
    ///
    /// # Errors
    /// When they are not told.
    async fn tell_read_again(&self, connection: &str, read: ReadAgain) -> Result<(), StorageError>;

    /// Asks the replica that leads to read a connection again.
    ///
    /// # Errors
    /// When it is not asked.
    async fn ask_to_refresh(&self, connection: &str) -> Result<(), StorageError>;

    /// Removes the snapshots and the journals of all connections but those of these names, which are those of the configuration.
    ///
    /// # Errors
    /// When some may still be there.
    async fn keep_only(&self, names: &[&str]) -> Result<(), StorageError>;

    /// Removes the snapshots and the journals of other connections of the same name: it was one to something else before.
    ///
    /// # Errors
    /// When some may still be there.
    async fn forget_others_of_its_name(&self, connection: &str) -> Result<(), StorageError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_connection_is_found_in_what_its_index_is_kept_as() {
        assert_eq!(name_of(&kept_as("one-id", "0a1b")), "one-id");
        assert_eq!(name_of("one-id"), "one-id", "as versions before kept it");
        assert_ne!(kept_as("one-id", "0a1b"), kept_as("one-id", "0a1c"));
    }
}
