//! The journal of own changes: what the last snapshot does not include, and nothing else.

use std::sync::Arc;

use futures::future::join_all;

use super::{Fresh, NOW};
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::server::storage::{IndexJournal, JournalEntry, JournalPosition, SnapshotWriter};

fn entry(kind: ObjectKind, id: &str, name: &str) -> JournalEntry {
    let fields: FieldValues = [
        ("name".to_owned(), FieldValue::Text(name.to_owned())),
        ("enabled".to_owned(), FieldValue::Flag(true)),
        ("return_urls".to_owned(), FieldValue::List(vec!["https://login.example/cb".to_owned()])),
    ]
    .into_iter()
    .collect();
    let organisation_id = kind.owner().map(|_| "o-1".to_owned());
    JournalEntry { kind, id: id.to_owned(), organisation_id, fields, changed_at: NOW }
}

fn organisation(id: &str, name: &str) -> JournalEntry {
    entry(ObjectKind::Organisation, id, name)
}

async fn snapshot(fresh: &Fresh, connection: &str, until: JournalPosition) {
    let store = Arc::clone(&fresh.stores.index_snapshots);
    let writer = SnapshotWriter::begin(store, connection).await.unwrap();
    writer.finish(until).await.unwrap();
}

async fn names(journal: &dyn IndexJournal, connection: &str) -> Vec<String> {
    let entries = journal.journal(connection).await.unwrap().into_iter();
    entries.map(|entry| entry.fields.text("name").unwrap().to_owned()).collect()
}

pub(in crate::server::storage) async fn a_change_is_read_as_it_was_recorded_and_the_last_of_an_object_counts(
    fresh: Fresh,
) {
    let journal = &fresh.stores.index_journal;
    assert_eq!(journal.journal("sandbox").await.unwrap(), []);
    let first = journal.record("sandbox", &organisation("o-1", "Before")).await.unwrap();
    let client = entry(ObjectKind::OAuthClient, "o-1", "A client with the same ID");
    journal.record("sandbox", &client).await.unwrap();
    let last = journal.record("sandbox", &organisation("o-1", "After")).await.unwrap();
    journal.record("production", &organisation("o-1", "Elsewhere")).await.unwrap();
    assert!(last > first);
    assert_eq!(journal.position("sandbox").await.unwrap(), last);
    assert_eq!(journal.journal("sandbox").await.unwrap(), [client, organisation("o-1", "After")]);
    assert_eq!(names(&**journal, "production").await, ["Elsewhere"]);
    let since = journal.after("sandbox", first).await.unwrap();
    assert_eq!(
        since.iter().map(|(_, entry)| entry.fields.text("name").unwrap()).collect::<Vec<_>>(),
        ["A client with the same ID", "After"]
    );
    assert_eq!(since.last().unwrap().0, last);
    assert_eq!(journal.after("sandbox", last).await.unwrap(), []);
}

pub(in crate::server::storage) async fn a_change_that_is_recorded_late_takes_the_place_of_no_later_one(fresh: Fresh) {
    let journal = &fresh.stores.index_journal;
    let at = |seconds, name: &str| JournalEntry {
        changed_at: NOW + std::time::Duration::from_secs(seconds),
        ..organisation("o-1", name)
    };
    journal.record_late("sandbox", &at(1, "First")).await.unwrap();
    assert_eq!(names(&**journal, "sandbox").await, ["First"]);
    journal.record("sandbox", &at(2, "Second")).await.unwrap();
    for late in [1, 2] {
        journal.record_late("sandbox", &at(late, "Late")).await.unwrap();
        assert_eq!(names(&**journal, "sandbox").await, ["Second"]);
    }
    journal.record_late("sandbox", &at(3, "Third")).await.unwrap();
    assert_eq!(names(&**journal, "sandbox").await, ["Third"]);
    // The clock of another replica may be behind.
    journal.record("sandbox", &at(0, "Fourth")).await.unwrap();
    assert_eq!(names(&**journal, "sandbox").await, ["Fourth"]);
}

pub(in crate::server::storage) async fn a_snapshot_clears_the_journal_up_to_what_it_includes(fresh: Fresh) {
    let journal = &fresh.stores.index_journal;
    for (id, name) in [("o-1", "Included"), ("o-2", "Changed again")] {
        journal.record("sandbox", &organisation(id, name)).await.unwrap();
    }
    journal.record("production", &organisation("o-1", "Elsewhere")).await.unwrap();
    let until = journal.position("sandbox").await.unwrap();
    journal.record("sandbox", &organisation("o-2", "Since")).await.unwrap();
    snapshot(&fresh, "sandbox", until).await;
    assert_eq!(names(&**journal, "sandbox").await, ["Since"]);
    assert_eq!(names(&**journal, "production").await, ["Elsewhere"]);
    // What was included once stays so, whatever the next snapshot says.
    snapshot(&fresh, "sandbox", JournalPosition::default()).await;
    assert_eq!(names(&**journal, "sandbox").await, ["Since"]);
    let until = journal.position("sandbox").await.unwrap();
    snapshot(&fresh, "sandbox", until).await;
    assert_eq!(names(&**journal, "sandbox").await, Vec::<String>::new());
    assert_eq!(journal.position("sandbox").await.unwrap(), until, "it does not go back");
    journal.record("sandbox", &organisation("o-1", "Next")).await.unwrap();
    assert_eq!(names(&**journal, "sandbox").await, ["Next"]);
}

pub(in crate::server::storage) async fn a_snapshot_that_is_not_finished_clears_nothing(fresh: Fresh) {
    let journal = &fresh.stores.index_journal;
    journal.record("sandbox", &organisation("o-1", "Kept")).await.unwrap();
    for _ in 0..2 {
        fresh.stores.index_snapshots.begin("sandbox").await.unwrap();
    }
    assert_eq!(names(&**journal, "sandbox").await, ["Kept"]);
    fresh.stores.index_snapshots.keep_only(&["sandbox"]).await.unwrap();
    assert_eq!(names(&**journal, "sandbox").await, ["Kept"]);
    fresh.stores.index_snapshots.keep_only(&["production"]).await.unwrap();
    assert_eq!(names(&**journal, "sandbox").await, Vec::<String>::new());
}

pub(in crate::server::storage) async fn changes_that_are_recorded_at_once_are_all_there(fresh: Fresh) {
    let recording = (0..20).map(|number| {
        let journal = Arc::clone(&fresh.stores.index_journal);
        let entry = organisation(&format!("o-{number}"), &format!("{number:02}"));
        tokio::spawn(async move { journal.record("sandbox", &entry).await.unwrap() })
    });
    let mut positions: Vec<_> = join_all(recording).await.into_iter().map(Result::unwrap).collect();
    positions.sort_unstable();
    positions.dedup();
    let mut recorded = names(&*fresh.stores.index_journal, "sandbox").await;
    recorded.sort_unstable();
    assert_eq!((positions.len(), recorded.len()), (20, 20));
    assert_eq!(fresh.stores.index_journal.position("sandbox").await.ok(), positions.last().copied());
}
