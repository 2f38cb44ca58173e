//! Drafts, messages and submissions on a real SQLite file.

use std::sync::Arc;
use std::time::Duration;

use time::macros::datetime;

use super::*;
use crate::domain::field::{FieldValue, FieldValues, ObjectKind};
use crate::domain::form::FormValues;
use crate::domain::review::{Draft, FormTarget};
use crate::domain::shell::{Flash, Tone};
use crate::server::clock::ManualClock;
use crate::server::storage::{DraftStore, MessageStore, Submission, SubmissionState, SubmissionStore};

struct Kept {
    store: SqliteStore,
    clock: Arc<ManualClock>,
    _directory: tempfile::TempDir,
}

async fn kept() -> Kept {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("kept.db").display());
    let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 12:00 UTC)));
    let pool = crate::server::storage::open(&url).await.unwrap();
    Kept { store: SqliteStore::new(pool, Arc::clone(&clock) as Arc<dyn Clock>), clock, _directory: directory }
}

fn target(object_id: Option<&str>) -> FormTarget {
    FormTarget {
        connection: "sandbox".to_owned(),
        kind: ObjectKind::Organisation,
        object_id: object_id.map(str::to_owned),
        organisation_id: None,
    }
}

fn draft(id: &str, object_id: Option<&str>, name: &str) -> Draft {
    let fields: FieldValues = [("name".to_owned(), FieldValue::Text(name.to_owned()))].into_iter().collect();
    Draft::new(
        target(object_id),
        id.to_owned(),
        FieldValues::default(),
        FormValues::of(ObjectKind::Organisation, &fields),
    )
}

#[tokio::test]
async fn a_draft_is_its_persons_and_the_last_one_kept_under_an_id_counts() {
    let Kept { store, _directory, .. } = kept().await;
    store.keep("ada", &draft("d-1", None, "first")).await.unwrap();
    store.keep("eve", &draft("d-1", None, "hers")).await.unwrap();
    store.keep("ada", &draft("d-1", None, "second")).await.unwrap();
    assert_eq!(DraftStore::find(&store, "ada", "d-1").await.unwrap(), Some(draft("d-1", None, "second")));
    assert_eq!(store.list("ada").await.unwrap().len(), 1);
    store.discard("ada", "d-1").await.unwrap();
    assert_eq!(DraftStore::find(&store, "ada", "d-1").await.unwrap(), None);
    assert_eq!(DraftStore::find(&store, "eve", "d-1").await.unwrap(), Some(draft("d-1", None, "hers")));
}

#[tokio::test]
async fn the_newest_draft_of_a_form_is_found_and_those_of_other_forms_are_not() {
    let Kept { store, clock, _directory } = kept().await;
    for (id, object_id) in [("old", Some("o-1")), ("new", Some("o-1")), ("other", Some("o-2")), ("create", None)] {
        store.keep("ada", &draft(id, object_id, id)).await.unwrap();
        clock.advance(Duration::from_secs(1));
    }
    let newest = async |about| store.newest("ada", &about).await.unwrap().map(|kept| kept.draft.id);
    assert_eq!(newest(target(Some("o-1"))).await.as_deref(), Some("new"));
    assert_eq!(newest(target(None)).await.as_deref(), Some("create"));
    assert_eq!(newest(target(Some("o-3"))).await, None);
    let listed: Vec<_> = store.list("ada").await.unwrap().into_iter().map(|kept| kept.draft.id).collect();
    assert_eq!(listed, ["create", "other", "new", "old"]);
}

#[tokio::test]
async fn a_person_keeps_fifty_drafts_and_takes_none_from_others() {
    let Kept { store, clock, _directory } = kept().await;
    store.keep("eve", &draft("hers", None, "hers")).await.unwrap();
    for number in 0..55 {
        store.keep("ada", &draft(&number.to_string(), None, "mine")).await.unwrap();
        clock.advance(Duration::from_secs(1));
    }
    let listed = store.list("ada").await.unwrap();
    assert_eq!((listed.len(), listed[49].draft.id.as_str()), (50, "5"));
    assert_eq!(store.list("eve").await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_older_than_a_day_is_gone() {
    let Kept { store, clock, _directory } = kept().await;
    let session = Id::default();
    store.keep("ada", &draft("d-1", None, "x")).await.unwrap();
    store.leave(session, &Flash { tone: Tone::Good, message: "x".to_owned() }).await.unwrap();
    assert!(store.begin("ada", "f-1", b"x").await.unwrap());
    clock.advance(Duration::from_hours(24));
    assert_eq!(DraftStore::find(&store, "ada", "d-1").await.unwrap(), None);
    store.sweep().await.unwrap();
    for table in ["drafts", "messages", "submissions"] {
        let count = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")));
        assert_eq!(count.fetch_one(&store.pool).await.unwrap(), 0, "{table}");
    }
}

#[tokio::test]
async fn messages_are_shown_once_in_their_order_to_their_browser() {
    let Kept { store, _directory, .. } = kept().await;
    let (mine, other) = (Id::default(), Id::default());
    let message = |words: &str| Flash { tone: Tone::Warning, message: words.to_owned() };
    for words in ["one", "two"] {
        store.leave(mine, &message(words)).await.unwrap();
    }
    assert!(store.take(other).await.unwrap().is_empty());
    assert_eq!(store.take(mine).await.unwrap(), [message("one"), message("two")]);
    assert!(store.take(mine).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_form_is_begun_once_until_it_is_released() {
    let Kept { store, _directory, .. } = kept().await;
    let find = async || SubmissionStore::find(&store, "ada", "f-1").await.unwrap();
    assert_eq!(find().await, None);
    assert!(store.begin("ada", "f-1", b"content").await.unwrap());
    assert!(!store.begin("ada", "f-1", b"other").await.unwrap());
    assert!(store.begin("eve", "f-1", b"hers").await.unwrap(), "another person's form");
    let submission = |state| Some(Submission { content_hash: b"content".to_vec(), state });
    assert_eq!(find().await, submission(SubmissionState::Sending));
    for state in [
        SubmissionState::Unknown { draft_id: "d-1".to_owned() },
        SubmissionState::Created { object_id: "o-1".to_owned() },
    ] {
        store.end("ada", "f-1", &state).await.unwrap();
        assert_eq!(find().await, submission(state));
    }
    store.release("ada", "f-1").await.unwrap();
    assert!(store.begin("ada", "f-1", b"content").await.unwrap());
}
