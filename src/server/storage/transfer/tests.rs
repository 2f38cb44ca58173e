//! What is carried over is what was there.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use super::tables::{HEAD, LOG, OTHERS};
use super::*;
use crate::domain::audit::{Action, Actor, AuditFilter, Completion, Intent, Outcome, Place, Resolution, Target};
use crate::domain::connection::Environment;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::domain::saved_view::ViewedList;
use crate::server::clock::{Clock, ManualClock};
use crate::server::storage::conformance::{LIMITS, NOW};
use crate::server::storage::postgres::test_server::PostgresServer;
use crate::server::storage::{JournalEntry, NumberingSealer, PRUNED_LEAVES, SnapshotWriter, Stores, open};

fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::new(NOW))
}

async fn stores(url: &str) -> Stores {
    open(url, &clock(), LIMITS, Arc::new(NumberingSealer)).await.unwrap()
}

fn intent(name: &str) -> Intent {
    let target = Target {
        kind: ObjectKind::Organisation.into(),
        id: Some("o-1".to_owned()),
        name: name.to_owned(),
        ..Target::of_connection("sandbox", Environment::Sandbox)
    };
    Intent::event(Action::Update, Actor::nobody("Ada Lindqvist"), target, "r-1")
}

/// A database with something of each kind.
pub(super) async fn filled(file: &Path) -> Stores {
    let stores = stores(&format!("sqlite:{}", file.display())).await;
    let old = vec![intent("long gone"); usize::try_from(PRUNED_LEAVES).unwrap()];
    stores.audit.append_complete(&old, NOW).await.unwrap();
    stores.audit.prune(PRUNED_LEAVES).await.unwrap();
    let id = stores.audit.append_intent(&intent("Meridian Lettings"), NOW).await.unwrap();
    let completion = Completion {
        outcome: Outcome::Applied,
        http_status: Some(200),
        partner_request_id: Some("p-1".to_owned()),
        object_id: Some("o-1".to_owned()),
        detail: None,
        duration_ms: 71,
    };
    stores.audit.append_completion(id, NOW, &completion).await.unwrap();
    let lost = stores.audit.append_intent(&intent("lost"), NOW).await.unwrap();
    let resolution = Resolution {
        resolved_at: NOW,
        outcome: Outcome::NotApplied,
        object_id: None,
        detail: "OneID does not have it.".to_owned(),
    };
    stores.audit.append_resolution(lost, &resolution).await.unwrap();
    stores.audit.append_intent(&intent("under way"), NOW).await.unwrap();
    stores.saved_views.save("ada", &ViewedList::AuditLog, "Mine", "q=x").await.unwrap();
    stores
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_the_same_after_it_was_carried_over_and_the_next_entry_has_the_next_number() {
    let (directory, server) = (tempfile::tempdir().unwrap(), PostgresServer::start());
    let (file, url) = (directory.path().join("from.db"), server.new_database().await);
    let from = filled(&file).await;
    assert_eq!(to_postgres(&file, &url).await.unwrap(), PRUNED_LEAVES + 5);
    assert!(matches!(to_postgres(&file, &url).await, Err(TransferError::NotEmpty)));
    let to = stores(&url).await;
    for text in [None, Some("meridian p-1".to_owned())] {
        let filter = AuditFilter { text, ..AuditFilter::default() };
        let before = from.audit.list(&filter, Place::Newest, 10).await.unwrap();
        assert_eq!(before.items, to.audit.list(&filter, Place::Newest, 10).await.unwrap().items, "{filter:?}");
    }
    assert_eq!(from.audit.head().await.unwrap(), to.audit.head().await.unwrap());
    assert_eq!(from.audit.leaves(PRUNED_LEAVES).await.unwrap(), to.audit.leaves(PRUNED_LEAVES).await.unwrap());
    assert_eq!(to.audit.unknown(0, 10).await.unwrap().len(), 1);
    assert_eq!(to.saved_views.list("ada").await.unwrap(), from.saved_views.list("ada").await.unwrap());
    to.saved_views.save("ada", &ViewedList::AuditLog, "Another", "q=y").await.unwrap();
    let next = intent("next");
    let number = from.audit.append_intent(&next, NOW).await.unwrap();
    assert_eq!(to.audit.append_intent(&next, NOW).await.unwrap(), number);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_server_is_read_as_a_file() {
    let (directory, server) = (tempfile::tempdir().unwrap(), PostgresServer::start());
    let (file, url) = (directory.path().join("from.db"), server.new_database().await);
    let from = filled(&file).await;
    to_postgres(&file, &url).await.unwrap();
    let copy = directory.path().join("copy.db");
    log_to_file(&url, &copy).await.unwrap();
    let copied = stores(&format!("sqlite:{}", copy.display())).await;
    assert_eq!(from.audit.head().await.unwrap(), copied.audit.head().await.unwrap());
    assert_eq!(from.audit.leaves(PRUNED_LEAVES).await.unwrap(), copied.audit.leaves(PRUNED_LEAVES).await.unwrap());
    let id = from.audit.append_intent(&intent("next"), NOW).await.unwrap();
    assert_eq!(
        copied.audit.append_intent(&intent("next"), NOW).await.unwrap(),
        id,
        "its rules hold as those of any other"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_postgresql_cannot_keep_is_carried_over_in_no_part() {
    let (directory, server) = (tempfile::tempdir().unwrap(), PostgresServer::start());
    let (file, url) = (directory.path().join("from.db"), server.new_database().await);
    let from = filled(&file).await;
    from.audit.append_intent(&intent("Meridian"), NOW).await.unwrap();
    // As a version has written it that did not replace the character.
    let mut database = SqliteConnectOptions::new().filename(&file).connect().await.unwrap();
    for statement in
        ["DROP TRIGGER audit_intents_are_never_changed", "UPDATE audit_intents SET object_name = 'a' || char(0)"]
    {
        sqlx::query(statement).execute(&mut database).await.unwrap();
    }
    let refused = to_postgres(&file, &url).await;
    assert!(matches!(refused, Err(TransferError::NullCharacter { table: "audit_intents" })), "{refused:?}");
    assert_eq!(stores(&url).await.audit.head().await.unwrap().size, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_after_it_was_carried_over_is_behind_those_that_a_snapshot_includes() {
    let (directory, server) = (tempfile::tempdir().unwrap(), PostgresServer::start());
    let (file, url) = (directory.path().join("from.db"), server.new_database().await);
    let from = filled(&file).await;
    let entry = |id: &str| JournalEntry {
        kind: ObjectKind::Organisation,
        id: id.to_owned(),
        organisation_id: None,
        fields: FieldValues::default(),
        changed_at: NOW,
    };
    for id in ["o-1", "o-2", "o-3"] {
        from.index_journal.record("sandbox", &entry(id)).await.unwrap();
    }
    let until = from.index_journal.position("sandbox").await.unwrap();
    let writer = SnapshotWriter::begin(Arc::clone(&from.index_snapshots), "sandbox").await.unwrap();
    writer.finish(until).await.unwrap();
    assert_eq!(from.index_journal.journal("sandbox").await.unwrap(), []);
    to_postgres(&file, &url).await.unwrap();
    let to = stores(&url).await;
    let before = to.index_journal.position("sandbox").await.unwrap();
    assert_eq!(before, until);
    to.index_journal.record("sandbox", &entry("o-2")).await.unwrap();
    assert_eq!(to.index_journal.journal("sandbox").await.unwrap(), [entry("o-2")], "after a restart");
    assert_eq!(to.index_journal.after("sandbox", before).await.unwrap().len(), 1, "at another replica");
}

/// What SQLite keeps for itself, or for a program of before version 9 of the log, which is not carried over.
const LEFT: [&str; 3] = ["_sqlx_migrations", "audit_earlier_records", "sqlite_sequence"];

/// Numbers that the rows are given anew, in their order.
pub(super) const GIVEN_ANEW: [(&str, &str); 2] = [("connection_checks", "id"), ("messages", "id")];

#[tokio::test]
async fn no_table_and_no_column_of_sqlite_is_left_behind() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("from.db");
    drop(stores(&format!("sqlite:{}", file.display())).await);
    let mut database = SqliteConnectOptions::new().filename(&file).connect().await.unwrap();
    let columns =
        "SELECT tables.name, columns.name FROM pragma_table_list AS tables, pragma_table_info(tables.name) AS columns
         WHERE tables.schema = 'main' AND tables.type = 'table' AND tables.name NOT LIKE 'sqlite_schema'";
    let columns: Vec<(String, String)> = sqlx::query_as(columns).fetch_all(&mut database).await.unwrap();
    let known = LOG.iter().chain([&HEAD]).chain(&OTHERS);
    let known: BTreeSet<(&str, &str)> =
        known.flat_map(|table| table.columns.iter().map(|(column, _)| (table.name, *column))).collect();
    let mut there: BTreeSet<(&str, &str)> =
        columns.iter().map(|(table, column)| (table.as_str(), column.as_str())).collect();
    there.retain(|column| !LEFT.contains(&column.0) && !GIVEN_ANEW.contains(column));
    assert_eq!(known, there);
}
