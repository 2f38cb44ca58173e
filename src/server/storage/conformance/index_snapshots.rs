//! Snapshots of indexes: each connection has one, whole or not at all, and writing it keeps nobody from the database.

use std::ops::ControlFlow;
use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

use super::audit_samples::organisation;
use super::{Fresh, NOW};
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::server::storage::{
    IndexSnapshotStore, JournalEntry, JournalPosition, LARGEST_CHUNK, SnapshotProblem, SnapshotSeal, SnapshotSink,
    SnapshotVersion, SnapshotWriter, StorageError, kept_as,
};

/// Bytes of this length that no other seed gives.
fn bytes(seed: u8, length: usize) -> Vec<u8> {
    (0..length).map(|index| u8::try_from((index / 7 + index % 251) % 251).unwrap() ^ seed).collect()
}

pub(in crate::server::storage) fn seal(bytes: &[u8]) -> SnapshotSeal {
    let length = u64::try_from(bytes.len()).unwrap();
    SnapshotSeal { checksum: Sha256::digest(bytes).into(), length, journal_until: JournalPosition::default() }
}

pub(in crate::server::storage) async fn write(store: &Arc<dyn IndexSnapshotStore>, connection: &str, bytes: &[u8]) {
    let mut writer = SnapshotWriter::begin(Arc::clone(store), connection).await.unwrap();
    writer.write(bytes).await.unwrap();
    writer.finish(JournalPosition::default()).await.unwrap();
}

pub(in crate::server::storage) async fn read(store: &dyn IndexSnapshotStore, connection: &str) -> Option<Vec<u8>> {
    let mut taken = Vec::new();
    let facts = store.read(connection, &mut taken).await.unwrap()?;
    assert_eq!(facts.length, u64::try_from(taken.len()).unwrap());
    Some(taken)
}

fn change(id: &str) -> JournalEntry {
    let (kind, fields) = (ObjectKind::Organisation, FieldValues::default());
    JournalEntry { kind, id: id.to_owned(), organisation_id: None, fields, changed_at: NOW }
}

fn problem(result: Result<(), StorageError>) -> Option<SnapshotProblem> {
    match result {
        Err(StorageError::Snapshot(problem)) => Some(problem),
        Err(error) => panic!("{error}"),
        Ok(()) => None,
    }
}

pub(in crate::server::storage) async fn a_snapshot_is_read_as_it_was_written_however_it_was_cut(fresh: Fresh) {
    let store = &fresh.stores.index_snapshots;
    assert_eq!(read(&**store, "sandbox").await, None);
    let mut before = SnapshotVersion(0);
    for length in [0, 1, 65_535, 65_536, 65_537, LARGEST_CHUNK, LARGEST_CHUNK + 1, 2 * LARGEST_CHUNK + 70_000] {
        let written = bytes(1, length);
        let mut writer = SnapshotWriter::begin(Arc::clone(store), "sandbox").await.unwrap();
        for part in written.chunks(100_003) {
            writer.write(part).await.unwrap();
        }
        writer.finish(JournalPosition::default()).await.unwrap();
        let mut taken = Vec::new();
        let facts = store.read("sandbox", &mut taken).await.unwrap().unwrap();
        assert!(taken == written, "{length}");
        assert_eq!((facts.length, facts.finished_at), (u64::try_from(length).unwrap(), NOW));
        assert!(facts.version > before);
        before = facts.version;
    }
}

pub(in crate::server::storage) async fn a_snapshot_is_handed_to_another_task_until_that_is_gone(fresh: Fresh) {
    let store = &fresh.stores.index_snapshots;
    let written = bytes(2, 300_000);
    write(store, "sandbox", &written).await;
    let (mut sender, mut receiver) = mpsc::channel::<Vec<u8>>(1);
    let collected = tokio::spawn(async move {
        let mut taken = Vec::new();
        while let Some(part) = receiver.recv().await {
            taken.extend_from_slice(&part);
        }
        taken
    });
    assert!(store.read("sandbox", &mut sender).await.unwrap().is_some());
    drop(sender);
    assert!(collected.await.unwrap() == written);

    let (mut sender, receiver) = mpsc::channel::<Vec<u8>>(1);
    drop(receiver);
    let read = store.read("sandbox", &mut sender).await;
    assert_eq!(problem(read.map(drop)), Some(SnapshotProblem::Unwanted));
}

pub(in crate::server::storage) async fn a_snapshot_that_was_not_finished_leaves_the_one_before(fresh: Fresh) {
    let store = &fresh.stores.index_snapshots;
    let (old, new) = (bytes(3, 200_000), bytes(4, 150_000));
    write(store, "sandbox", &old).await;
    // The server ended here, between two chunks.
    let left = store.begin("sandbox").await.unwrap();
    store.append(left, &new[..100_000]).await.unwrap();
    assert!(read(&**store, "sandbox").await.unwrap() == old);
    let next = store.begin("sandbox").await.unwrap();
    assert_eq!(problem(store.append(left, b"late").await), Some(SnapshotProblem::Superseded));
    assert!(read(&**store, "sandbox").await.unwrap() == old);
    store.append(next, &new).await.unwrap();
    store.finish(next, &seal(&new)).await.unwrap();
    assert!(read(&**store, "sandbox").await.unwrap() == new);
}

pub(in crate::server::storage) async fn of_two_who_write_at_once_the_last_to_begin_has_it(fresh: Fresh) {
    let store = &fresh.stores.index_snapshots;
    let (mine, theirs) = (bytes(5, 120_000), bytes(6, 130_000));
    let first = store.begin("sandbox").await.unwrap();
    store.append(first, &mine[..60_000]).await.unwrap();
    let second = store.begin("sandbox").await.unwrap();
    store.append(second, &theirs).await.unwrap();
    assert_eq!(problem(store.append(first, &mine[60_000..]).await), Some(SnapshotProblem::Superseded));
    assert_eq!(problem(store.finish(first, &seal(&mine[..60_000])).await), Some(SnapshotProblem::Superseded));
    assert_eq!(read(&**store, "sandbox").await, None);
    store.finish(second, &seal(&theirs)).await.unwrap();
    assert!(read(&**store, "sandbox").await.unwrap() == theirs);
    for late in [first, second] {
        assert_eq!(problem(store.append(late, b"late").await), Some(SnapshotProblem::Superseded));
        assert_eq!(problem(store.finish(late, &seal(&theirs)).await), Some(SnapshotProblem::Superseded));
    }
    assert!(read(&**store, "sandbox").await.unwrap() == theirs);
}

pub(in crate::server::storage) async fn another_connection_is_not_touched(fresh: Fresh) {
    let store = &fresh.stores.index_snapshots;
    let (mine, theirs) = (bytes(7, 90_000), bytes(8, 90_000));
    write(store, "production", &theirs).await;
    let under_way = store.begin("production").await.unwrap();
    store.append(under_way, &mine).await.unwrap();
    write(store, "sandbox", &mine).await;
    write(store, "sandbox", &mine).await;
    assert!(read(&**store, "production").await.unwrap() == theirs);
    store.finish(under_way, &seal(&mine)).await.unwrap();
    assert!(read(&**store, "production").await.unwrap() == mine);

    store.keep_only(&["production"]).await.unwrap();
    assert_eq!(read(&**store, "sandbox").await, None);
    assert!(read(&**store, "production").await.unwrap() == mine);
}

pub(in crate::server::storage) async fn an_index_of_something_else_under_the_same_name_is_kept_apart(fresh: Fresh) {
    let (store, journal) = (&fresh.stores.index_snapshots, &fresh.stores.index_journal);
    let (before, now) = (kept_as("oneid", "0a"), kept_as("oneid", "0b"));
    let (old, new) = (bytes(13, 90_000), bytes(14, 90_000));
    // As a version before kept it; the old one; another connection; and the new one.
    for (index, written) in [("oneid", &old), (before.as_str(), &old), ("one", &old), (now.as_str(), &new)] {
        write(store, index, written).await;
        journal.record(index, &change("o-1")).await.unwrap();
    }
    assert!(read(&**store, &now).await.unwrap() == new);
    assert!(read(&**store, &before).await.unwrap() == old);
    // The names are those of the configuration.
    store.keep_only(&["oneid"]).await.unwrap();
    assert_eq!(read(&**store, "one").await, None);
    assert!(read(&**store, &before).await.unwrap() == old);

    store.forget_others_of_its_name(&now).await.unwrap();
    assert!(read(&**store, &now).await.unwrap() == new);
    assert_eq!(journal.journal(&now).await.unwrap(), [change("o-1")]);
    for gone in ["oneid", before.as_str()] {
        assert_eq!(read(&**store, gone).await, None);
        assert_eq!(journal.journal(gone).await.unwrap(), []);
    }
}

/// Completes the next version as soon as the first part of the one before was read.
struct Overtaken {
    store: Arc<dyn IndexSnapshotStore>,
    next: Option<Vec<u8>>,
    taken: Vec<u8>,
}

#[async_trait]
impl SnapshotSink for Overtaken {
    async fn take(&mut self, part: Vec<u8>) -> ControlFlow<()> {
        self.taken.extend_from_slice(&part);
        if let Some(next) = self.next.take() {
            write(&self.store, "sandbox", &next).await;
        }
        ControlFlow::Continue(())
    }
}

pub(in crate::server::storage) async fn who_reads_while_the_next_is_written_has_the_one_before_whole(fresh: Fresh) {
    let store = &fresh.stores.index_snapshots;
    // More than a database may have read ahead.
    let (old, new) = (bytes(9, 5_000_000), bytes(10, 100_000));
    write(store, "sandbox", &old).await;
    let mut sink = Overtaken { store: Arc::clone(store), next: Some(new.clone()), taken: Vec::new() };
    let facts = store.read("sandbox", &mut sink).await.unwrap().unwrap();
    assert!(sink.taken == old);
    assert_eq!(facts.length, 5_000_000);
    assert!(read(&**store, "sandbox").await.unwrap() == new);
}

pub(in crate::server::storage) async fn what_does_not_fit_its_seal_or_the_limit_is_refused(fresh: Fresh) {
    let store = &fresh.stores.index_snapshots;
    let written = bytes(11, 70_000);
    let version = store.begin("sandbox").await.unwrap();
    let too_much = vec![0; LARGEST_CHUNK + 1];
    assert_eq!(problem(store.append(version, &too_much).await), Some(SnapshotProblem::TooLarge));
    store.append(version, &written).await.unwrap();
    let other_length = SnapshotSeal { length: 69_999, ..seal(&written) };
    assert_eq!(problem(store.finish(version, &other_length).await), Some(SnapshotProblem::Superseded));
    store.finish(version, &SnapshotSeal { checksum: [0; 32], ..seal(&written) }).await.unwrap();
    let read = store.read("sandbox", &mut Vec::new()).await;
    assert_eq!(problem(read.map(drop)), Some(SnapshotProblem::Damaged));
    write(store, "sandbox", &written).await;
    assert!(self::read(&**store, "sandbox").await.unwrap() == written);
}

pub(in crate::server::storage) async fn the_audit_log_is_written_while_a_snapshot_is(fresh: Fresh) {
    let (store, audit) = (Arc::clone(&fresh.stores.index_snapshots), Arc::clone(&fresh.stores.audit));
    let (ended, mut is_ended) = mpsc::channel::<()>(1);
    let writing = tokio::spawn(async move {
        write(&store, "sandbox", &bytes(12, 6 * LARGEST_CHUNK)).await;
        drop(ended);
    });
    let mut recorded = 0;
    while is_ended.try_recv() == Err(mpsc::error::TryRecvError::Empty) {
        audit.append_intent(&organisation("Meridian", None), NOW).await.unwrap();
        recorded += 1;
    }
    writing.await.unwrap();
    assert!(recorded > 1, "{recorded}");
}
