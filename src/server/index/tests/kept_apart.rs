//! What was kept of a connection is shown for no other one that has its name: it was one to something else before, or another
//! replica still is.

use std::sync::Arc;

use super::observing::{Told, named, read};
use super::{Rig, keeping_in};
use crate::domain::organisation::Organisation;
use crate::server::index::{Keeping, PatchedObject};
use crate::server::storage::{ReadAgain, SnapshotVersion, kept_as};

fn ours(id: &str, name: &str) -> PatchedObject {
    let (id, fields) = named(id, name);
    PatchedObject::Organisation(Organisation { id, fields, unknown: Vec::new() })
}

/// Where the indexes of two connections to something else are kept that have the same name.
async fn keepings(rig: &Rig, is_shared: bool) -> (Keeping, Keeping, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let keeping = keeping_in(directory.path(), rig, is_shared).await;
    let of = |fingerprint: &str| Keeping { connection: kept_as("oneid", fingerprint), ..keeping.clone() };
    (of("0a"), of("0b"), directory)
}

#[tokio::test]
async fn after_a_restart_a_connection_to_something_else_begins_with_nothing_and_tells_of_nothing() {
    let rig = Rig::new();
    let (before, now, _directory) = keepings(&rig, false).await;
    rig.index.start_from(before.clone()).await;
    read(&rig, vec![named("a", "A")]).await;
    rig.index.keep().await;
    rig.index.changed(ours("b", "B"), true).await;

    let (rig, told) = (Rig::new(), Arc::new(Told::default()));
    rig.index.observe("oneid".to_owned(), told.clone());
    rig.index.start_from(now).await;
    assert_eq!(rig.index.view().size(), 0, "nothing of it is shown");
    read(&rig, vec![named("x", "X")]).await;
    assert!(told.names().is_empty());
    rig.index.keep().await;

    let rig = Rig::new();
    rig.index.start_from(before).await;
    let view = rig.index.view();
    assert!(view.has_organisation("a") && view.has_organisation("b") && !view.has_organisation("x"));
}

#[tokio::test]
async fn replicas_with_connections_to_something_else_take_in_nothing_of_each_other() {
    let (leads, follows) = (Rig::new(), Rig::new());
    let (before, now, _directory) = keepings(&leads, true).await;
    leads.index.start_from(before).await;
    follows.index.start_from(now).await;
    follows.index.set_read_by_another(true);
    read(&follows, vec![named("x", "X")]).await;
    read(&leads, vec![named("a", "A")]).await;
    leads.index.keep().await;
    leads.index.changed(ours("b", "B"), true).await;
    let read = ReadAgain { version: SnapshotVersion(1), organisations: 1_000, clients: 0, has_all_clients: false };
    assert!(!follows.index.take_in_changes().await.unwrap());
    follows.index.note_read_again(read).await;
    for begins_to_lead in [false, true] {
        follows.index.take_up_again(begins_to_lead).await.unwrap();
        let view = follows.index.view();
        assert!(view.has_organisation("x") && !view.has_organisation("a") && !view.has_organisation("b"));
    }
}
