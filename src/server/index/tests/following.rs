//! A replica that follows shows what the one that leads has kept, and as old as that was read.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::observing::{Told, change, named, read};
use super::{Entry, Rig, keeping_in};
use crate::domain::field::FieldValue;
use crate::server::index::objects::PatchedObject;
use crate::server::index::staged::seconds;
use crate::server::storage::ReadAgain;

/// A replica that leads and one that follows, and what they share. The leader has read and kept two organisations, and a client
/// of the first.
struct Two {
    leads: Rig,
    follows: Rig,
    _directory: tempfile::TempDir,
}

impl Two {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (leads, follows) = (Rig::new(), Rig::new());
        let keeping = keeping_in(directory.path(), &leads, true).await;
        let two = Self { leads, follows, _directory: directory };
        two.leads.index.start_from(keeping.clone()).await;
        read(&two.leads, vec![named("a", "A"), named("b", "B")]).await;
        two.clients(&two.leads, "a", vec![named("c", "First")]).await;
        two.clients(&two.leads, "b", Vec::new()).await;
        two.leads.index.keep().await;
        two.follows.index.start_from(keeping).await;
        two.follows.index.set_read_by_another(true);
        two
    }

    async fn clients(&self, rig: &Rig, organisation: &str, entries: Vec<Entry>) {
        let answer = async { rig.partner.call().await.answer_with(entries) };
        tokio::join!(rig.index.clients_of(organisation), answer).0.expect("the partner answered");
        rig.index.lists.model.latest().await;
    }

    /// What the leader would tell now.
    async fn told(&self) -> Option<ReadAgain> {
        let kept = self.leads.index.kept.lock().await;
        let view = self.leads.index.lists.model.settled()?;
        kept.as_ref()?.read_again(&view)
    }

    /// When the follower's organisations, and the clients of one of them, were read.
    fn ages(&self, organisation: &str) -> (Option<u32>, Option<u32>) {
        let view = self.follows.index.view();
        (view.read_at.map(seconds), view.clients_read_at(organisation).map(seconds))
    }

    /// The name of the client at the follower.
    fn client(&self) -> Option<String> {
        let names = self.follows.index.view().clients_of("a");
        names.first().and_then(|client| client.fields.text("name").map(str::to_owned))
    }
}

#[tokio::test]
async fn what_is_read_again_and_the_same_is_as_new_at_the_follower() {
    let two = Two::new().await;
    assert_eq!(two.ages("b"), (Some(20), Some(20)));
    read(&two.leads, vec![named("a", "A"), named("b", "B")]).await;
    two.clients(&two.leads, "a", vec![named("c", "First")]).await;
    two.clients(&two.leads, "b", Vec::new()).await;
    let told = two.told().await.unwrap();
    two.follows.index.note_read_again(told).await;
    assert_eq!((two.ages("a"), two.ages("b")), ((Some(40), Some(40)), (Some(40), Some(40))));
    assert_eq!(two.follows.partner.count(), 0);
}

#[tokio::test]
async fn a_client_that_changes_later_reaches_a_follower_that_was_told_of_a_reading() {
    let two = Two::new().await;
    read(&two.leads, vec![named("a", "A"), named("b", "B")]).await;
    two.follows.index.note_read_again(two.told().await.unwrap()).await;
    two.clients(&two.leads, "a", vec![named("c", "Second")]).await;
    assert_eq!(two.told().await, None, "nothing is told of what is not kept");
    two.leads.index.keep().await;
    two.follows.index.take_up_again(false).await.unwrap();
    assert_eq!(two.client().as_deref(), Some("Second"));
}

#[tokio::test]
async fn what_the_follower_has_read_by_itself_is_not_called_as_new_as_the_snapshot() {
    let two = Two::new().await;
    two.leads.pass(5);
    read(&two.leads, vec![named("a", "A"), named("b", "B")]).await;
    let told = two.told().await.unwrap();
    two.follows.pass(100);
    read(&two.follows, vec![named("a", "A"), named("b", "B"), named("n", "New")]).await;
    two.follows.index.lists.model.latest().await;
    two.follows.index.note_read_again(told).await;
    assert_eq!((two.ages("a"), two.ages("n")), ((Some(120), Some(20)), (Some(120), None)));
    // The leader has found the same, or it is not so any more: what it has read later counts.
    let later = ReadAgain { organisations: 200, clients: 200, ..told };
    two.follows.index.note_read_again(later).await;
    assert_eq!(two.ages("a"), (Some(200), Some(200)));
    assert!(!two.follows.index.view().has_organisation("n"));
}

#[tokio::test]
async fn a_snapshot_of_a_leader_whose_clock_was_set_back_is_served() {
    let two = Two::new().await;
    two.leads.clock.step_wall(-time::Duration::seconds(25));
    read(&two.leads, vec![named("a", "Another"), named("b", "B")]).await;
    two.leads.index.keep().await;
    assert_eq!(two.leads.index.view().read_at.map(seconds), Some(15));
    two.follows.index.take_up_again(false).await.unwrap();
    assert_eq!(two.ages("a").0, Some(15));
    assert_eq!(two.follows.index.view().organisation("a").unwrap().fields.text("name"), Some("Another"));
}

#[tokio::test]
async fn clients_that_a_follower_has_read_later_than_the_snapshot_are_read_again() {
    let two = Two::new().await;
    read(&two.leads, vec![named("a", "Another"), named("b", "B")]).await;
    two.leads.index.keep().await;
    two.follows.pass(30);
    two.clients(&two.follows, "a", vec![named("c", "Second")]).await;
    assert_eq!(two.client().as_deref(), Some("Second"));
    let is_due = |organisation: &str| {
        let fresh_for = Duration::from_mins(10);
        two.follows.index.lists.clients.is_due(&organisation.to_owned(), fresh_for)
    };
    assert!(!is_due("a"));
    two.follows.index.take_up_again(false).await.unwrap();
    assert_eq!(two.client().as_deref(), Some("First"), "the leader has read it before");
    assert!(is_due("a"));
}

#[tokio::test]
async fn what_a_follower_has_read_is_told_when_it_takes_the_lead() {
    let two = Two::new().await;
    let told = Arc::new(Told::default());
    two.follows.index.observe("sandbox".to_owned(), told.clone());
    // No view has it yet.
    read(&two.follows, vec![named("a", "Another"), named("b", "B")]).await;
    assert!(told.names().is_empty(), "the one that leads tells it");
    two.follows.index.take_up_again(true).await.unwrap();
    read(&two.follows, vec![named("a", "Another"), named("b", "B")]).await;
    assert_eq!(told.names(), [change("a", Some("A"), Some("Another"))]);
}

#[tokio::test]
async fn a_change_at_a_follower_that_is_not_in_the_journal_is_there_later() {
    let two = Two::new().await;
    let mut own = two.follows.index.view().organisation("b").unwrap();
    own.fields.set("name", Some(FieldValue::Text("Ours".to_owned())));
    two.follows.index.changed(PatchedObject::Organisation(own), false).await;
    assert!(!two.leads.index.take_in_changes().await.unwrap());
    let is_there = async {
        while !two.leads.index.take_in_changes().await.unwrap() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), is_there).await.expect("it is in the journal");
    let shown = two.leads.index.view().organisation("b").unwrap();
    assert_eq!(shown.fields.text("name"), Some("Ours"));
}

#[tokio::test]
async fn what_is_told_and_not_recorded_is_in_no_snapshot() {
    let two = Two::new().await;
    let told = Arc::new(Told::default());
    two.leads.index.observe("sandbox".to_owned(), told.clone());
    let name = async || {
        two.follows.index.take_up_again(true).await.unwrap();
        two.follows.index.view().organisation("a").unwrap().fields.text("name").map(str::to_owned)
    };
    told.is_behind.store(true, Ordering::Relaxed);
    read(&two.leads, vec![named("a", "Another"), named("b", "B")]).await;
    two.leads.index.keep().await;
    assert_eq!(name().await.as_deref(), Some("A"));
    told.is_behind.store(false, Ordering::Relaxed);
    two.leads.index.keep().await;
    assert_eq!(name().await.as_deref(), Some("Another"));
}

#[tokio::test]
async fn a_change_that_is_not_in_the_journal_is_in_the_next_snapshot() {
    let two = Two::new().await;
    let mut own = two.leads.index.view().organisation("b").unwrap();
    own.fields.set("name", Some(FieldValue::Text("Ours".to_owned())));
    two.leads.index.changed(PatchedObject::Organisation(own), false).await;
    two.leads.index.keep().await;
    two.follows.index.take_up_again(false).await.unwrap();
    let shown = two.follows.index.view().organisation("b").unwrap();
    assert_eq!(shown.fields.text("name"), Some("Ours"));
}
