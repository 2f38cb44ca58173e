//! Changes made elsewhere are told once, with before and after; our own are not, and neither is what was always so.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use time::OffsetDateTime;

use super::{Entry, Rig};
use crate::domain::facet::Facet;
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::organisation::Organisation;
use crate::server::index::Scope;
use crate::server::index::objects::PatchedObject;
use crate::server::index::observer::{NewFields, ObservedChange, Observer};

/// Keeps what it is told.
#[derive(Debug, Default)]
pub(super) struct Told {
    changes: Mutex<Vec<ObservedChange>>,
    fields: Mutex<Vec<NewFields>>,
    /// Whether it has not recorded everything.
    pub(super) is_behind: AtomicBool,
}

impl Observer for Told {
    fn observed(&self, changes: Vec<ObservedChange>) {
        self.changes.lock().unwrap().extend(changes);
    }

    fn new_fields(&self, fields: NewFields) {
        self.fields.lock().unwrap().push(fields);
    }

    fn is_all_recorded(&self) -> bool {
        !self.is_behind.load(Ordering::Relaxed)
    }
}

impl Told {
    /// The organisations of the changes since [`Self::names`] was last asked.
    pub(super) fn organisations(&self) -> Vec<Option<String>> {
        self.changes.lock().unwrap().iter().map(|change| change.organisation_id.clone()).collect()
    }

    /// What changed since this was last asked: the id, the name before and the name after.
    pub(super) fn names(&self) -> Vec<(String, Option<String>, Option<String>)> {
        let name =
            |values: Option<FieldValues>| values.map(|values| values.text("name").unwrap_or_default().to_owned());
        let changes = std::mem::take(&mut *self.changes.lock().unwrap());
        changes.into_iter().map(|change| (change.object_id, name(change.before), name(change.after))).collect()
    }
}

pub(super) fn named(id: &str, name: &str) -> Entry {
    let mut fields = FieldValues::default();
    fields.set("name", Some(FieldValue::Text(name.to_owned())));
    (id.to_owned(), fields)
}

fn enabled((id, mut fields): Entry) -> Entry {
    fields.set("enabled", Some(FieldValue::Flag(true)));
    (id, fields)
}

/// An index that is observed, in which two organisations were read.
async fn observed() -> (Rig, Arc<Told>) {
    let (rig, told) = (Rig::new(), Arc::new(Told::default()));
    rig.index.observe("sandbox".to_owned(), told.clone());
    read(&rig, vec![named("a", "A"), named("b", "B")]).await;
    (rig, told)
}

/// Lets the organisations be read again.
pub(super) async fn read(rig: &Rig, entries: Vec<Entry>) {
    rig.pass(20);
    let answer = async { rig.partner.call().await.answer_with(entries) };
    tokio::join!(rig.index.organisations(), answer).0.expect("the partner answered");
}

pub(super) fn change(id: &str, before: Option<&str>, after: Option<&str>) -> (String, Option<String>, Option<String>) {
    (id.to_owned(), before.map(str::to_owned), after.map(str::to_owned))
}

#[tokio::test(start_paused = true)]
async fn what_others_change_add_and_remove_is_told_once() {
    let (rig, told) = observed().await;
    assert!(told.names().is_empty(), "what is read first was always so");
    let after = || vec![named("a", "Another"), named("c", "C")];
    read(&rig, after()).await;
    let last_seen = told.changes.lock().unwrap()[0].last_seen;
    assert_eq!(last_seen, OffsetDateTime::UNIX_EPOCH + time::Duration::seconds(20));
    let expected =
        [change("a", Some("A"), Some("Another")), change("c", None, Some("C")), change("b", Some("B"), None)];
    assert_eq!(told.names(), expected);
    read(&rig, after()).await;
    assert!(told.names().is_empty(), "nothing has changed since");
    let lately = ObjectQuery::default().with(Facet::Changed, false, "1d");
    let now = OffsetDateTime::UNIX_EPOCH + time::Duration::hours(1);
    let (_, changed) = rig.index.view().first(ObjectKind::Organisation, &lately, &Scope::All, 10, now);
    assert_eq!(changed, 2, "they can be found by when they changed");
}

#[tokio::test(start_paused = true)]
async fn our_own_changes_are_not_told_and_those_of_others_after_them_are() {
    let (rig, told) = observed().await;
    let (id, fields) = enabled(named("a", "Ours"));
    rig.index.changed(PatchedObject::Organisation(Organisation { id, fields, unknown: Vec::new() }), true).await;
    // The list does not say what the answer to the change said.
    read(&rig, vec![named("a", "Ours"), named("b", "B")]).await;
    assert!(told.names().is_empty());
    read(&rig, vec![named("a", "Theirs"), named("b", "B")]).await;
    assert_eq!(told.names(), [change("a", Some("Ours"), Some("Theirs"))]);
    let (id, fields) = named("b", "Ours");
    rig.index.changed(PatchedObject::Organisation(Organisation { id, fields, unknown: Vec::new() }), true).await;
    read(&rig, vec![named("a", "Theirs"), named("b", "Theirs too")]).await;
    assert_eq!(told.names(), [change("b", Some("Ours"), Some("Theirs too"))], "it was changed before it was read back");
}

#[tokio::test(start_paused = true)]
async fn a_change_of_ours_whose_answer_was_lost_is_not_told_as_somebody_elses() {
    let (rig, told) = observed().await;
    rig.index.forget_organisations();
    read(&rig, vec![named("a", "Perhaps ours"), named("b", "B")]).await;
    assert!(told.names().is_empty());
    read(&rig, vec![named("a", "Theirs"), named("b", "B")]).await;
    assert_eq!(told.names().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_outcome_that_stayed_unknown_hides_nothing_that_others_changed_since_the_list_was_read() {
    for (over_after, told_of) in [(19, true), (20, false), (3_600, false)] {
        let (rig, told) = observed().await;
        let over = OffsetDateTime::UNIX_EPOCH + time::Duration::seconds(over_after);
        rig.index.doubt(ObjectKind::Organisation, None, over);
        // An older doubt takes nothing from a newer one.
        rig.index.doubt(ObjectKind::Organisation, None, OffsetDateTime::UNIX_EPOCH);
        read(&rig, vec![named("a", "Theirs"), named("b", "B")]).await;
        assert_eq!(!told.names().is_empty(), told_of, "read after 20 s, over after {over_after} s");
        read(&rig, vec![named("a", "Theirs again"), named("b", "B")]).await;
        assert_eq!(told.names(), [change("a", Some("Theirs"), Some("Theirs again"))], "the doubt ends with a reading");
    }
}

#[tokio::test(start_paused = true)]
async fn a_field_that_the_partner_begins_to_send_is_told_once_and_as_no_change() {
    let (rig, told) = observed().await;
    read(&rig, vec![enabled(named("a", "A")), enabled(named("b", "Renamed"))]).await;
    assert_eq!(told.names(), [change("b", Some("B"), Some("Renamed"))]);
    let fields = std::mem::take(&mut *told.fields.lock().unwrap());
    assert_eq!(fields.iter().map(|fields| fields.names.as_slice()).collect::<Vec<_>>(), [["enabled"]]);
    read(&rig, vec![enabled(named("a", "A")), enabled(named("b", "Renamed"))]).await;
    assert!(told.names().is_empty() && told.fields.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_clients_of_an_organisation_are_told_of_from_their_second_reading_on() {
    let (rig, told) = observed().await;
    let answer = async { rig.partner.call().await.answer_with(vec![named("c-1", "First")]) };
    tokio::join!(rig.index.clients_of("a"), answer).0.expect("the partner answered");
    assert!(told.names().is_empty());
    rig.pass(5);
    let answer = async { rig.partner.call().await.answer_with(vec![named("c-1", "Second")]) };
    tokio::join!(rig.index.clients_of("a"), answer).0.expect("the partner answered");
    let told_of = told.changes.lock().unwrap()[0].clone();
    assert_eq!((told_of.kind, told_of.organisation_id.as_deref()), (ObjectKind::OAuthClient, Some("a")));
    assert_eq!(told.names(), [change("c-1", Some("First"), Some("Second"))]);
}

#[tokio::test(start_paused = true)]
async fn the_first_client_that_others_create_below_an_organisation_of_ours_is_told() {
    let (rig, told) = observed().await;
    let (id, fields) = named("n", "New");
    rig.index.changed(PatchedObject::Organisation(Organisation { id, fields, unknown: Vec::new() }), true).await;
    let answer = async { rig.partner.call().await.answer_with(Vec::new()) };
    tokio::join!(rig.index.clients_of("n"), answer).0.expect("the partner answered");
    rig.pass(5);
    let answer = async { rig.partner.call().await.answer_with(vec![named("c-1", "First")]) };
    tokio::join!(rig.index.clients_of("n"), answer).0.expect("the partner answered");
    assert_eq!(told.names(), [change("c-1", None, Some("First"))]);
}
