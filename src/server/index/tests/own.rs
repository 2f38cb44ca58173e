//! Own changes between readings: never told as somebody else's, and where the partner's lists say that they are.

use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use super::observing::{Told, change, named, read};
use super::{Entry, Rig, client_count};
use crate::domain::facet::Facet;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::server::index::{PatchedObject, Scope};

/// An index that is observed, in which an organisation with a client was read.
async fn observed() -> (Rig, Arc<Told>) {
    let (rig, told) = (Rig::new(), Arc::new(Told::default()));
    rig.index.observe("sandbox".to_owned(), told.clone());
    read(&rig, vec![named("a", "A"), named("b", "B")]).await;
    read_clients(&rig, vec![named("c-1", "First")]).await;
    rig.index.lists.model.latest().await;
    (rig, told)
}

/// Lets the clients of the organisation be read; no view has them for that.
async fn read_clients(rig: &Rig, entries: Vec<Entry>) {
    rig.pass(5);
    let lookup = rig.index.lists.find_clients("a", Duration::ZERO);
    let answer = async { rig.partner.call().await.answer_with(entries) };
    tokio::join!(lookup.fresh(), answer).0.expect("the partner answered");
}

fn client(owner: Option<&str>, (id, fields): Entry) -> PatchedObject {
    PatchedObject::Client(OAuthClient { id, organisation_id: owner.map(str::to_owned), fields, unknown: Vec::new() })
}

#[tokio::test(start_paused = true)]
async fn a_change_after_a_list_that_no_view_has_yet_is_ours_when_the_list_is_read_again() {
    let (rig, told) = observed().await;
    read_clients(&rig, vec![named("c-1", "Second")]).await;
    assert_eq!(told.names(), [change("c-1", Some("First"), Some("Second"))]);
    rig.index.changed(client(Some("a"), named("c-1", "Ours")), true).await;
    rig.index.changed(client(Some("a"), named("c-2", "New")), true).await;
    read_clients(&rig, vec![named("c-1", "Ours"), named("c-2", "New")]).await;
    assert!(told.names().is_empty());
    read_clients(&rig, vec![named("c-1", "Theirs"), named("c-2", "New")]).await;
    assert_eq!(told.names(), [change("c-1", Some("Ours"), Some("Theirs"))]);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_shows_a_change_before_its_answer_arrives_tells_that_of_others_alone() {
    let (rig, told) = observed().await;
    let sending = [
        rig.index.sending(ObjectKind::OAuthClient, None, &named("", "New").1),
        rig.index.sending(ObjectKind::OAuthClient, Some("c-1"), &named("c-1", "Ours").1),
    ];
    let listed = || vec![named("c-1", "Ours"), named("c-2", "New"), named("c-3", "Theirs")];
    read_clients(&rig, listed()).await;
    assert_eq!(told.names(), [change("c-3", None, Some("Theirs"))]);
    rig.index.changed(client(Some("a"), named("c-1", "Ours")), true).await;
    rig.index.changed(client(Some("a"), named("c-2", "New")), true).await;
    drop(sending);
    read_clients(&rig, listed()).await;
    assert!(told.names().is_empty());
    read_clients(&rig, vec![named("c-1", "Ours"), named("c-3", "Theirs")]).await;
    assert_eq!(told.names(), [change("c-2", Some("New"), None)], "it is over");
}

#[tokio::test(start_paused = true)]
async fn a_text_that_is_longer_than_a_list_has_it_is_told_as_no_change() {
    let (rig, told) = observed().await;
    let (long, listed) = ("é".repeat(5_000), "é".repeat(4_000));
    let sending = rig.index.sending(ObjectKind::OAuthClient, None, &named("", &long).1);
    read_clients(&rig, vec![named("c-1", "First"), named("c-2", &listed)]).await;
    assert!(told.names().is_empty(), "it is being created");
    drop(sending);
    rig.index.changed(client(Some("a"), named("c-1", &long)), true).await;
    read_clients(&rig, vec![named("c-1", &listed), named("c-2", &listed)]).await;
    assert!(told.names().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_was_changed_by_somebody_who_does_not_know_where_it_is_stays_there() {
    let (rig, told) = observed().await;
    rig.index.changed(client(None, named("c-1", "Ours")), true).await;
    // This one is in no list that was read.
    rig.index.changed(client(None, named("c-2", "Ours too")), true).await;
    assert_eq!(rig.index.lists.model.latest().await.owner_of("c-1").as_deref(), Some("a"));
    let listed = || vec![named("c-1", "Ours"), named("c-2", "Ours too")];
    read_clients(&rig, listed()).await;
    assert_eq!(told.names(), [change("c-2", None, Some("Ours too"))], "nobody knew that it was there");
    let view = rig.index.lists.model.latest().await;
    assert_eq!((client_count(&view), view.owner_of("c-2").as_deref()), (2, Some("a")));
    read_clients(&rig, listed()).await;
    assert!(told.names().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_was_changed_here_is_gone_with_its_organisation() {
    let (rig, _) = observed().await;
    rig.index.changed(client(Some("a"), named("c-1", "Ours")), true).await;
    rig.index.changed(client(Some("a"), named("c-2", "New")), true).await;
    assert_eq!(client_count(&rig.index.view()), 2);
    read(&rig, vec![named("b", "B")]).await;
    assert_eq!(client_count(&rig.index.view()), 0);
}

#[tokio::test(start_paused = true)]
async fn clients_that_had_or_have_the_name_of_one_that_is_changed_are_judged_too() {
    let (rig, _) = observed().await;
    let twins = async || {
        let view = rig.index.lists.model.latest().await;
        let query = ObjectQuery::default().with(Facet::Readiness, false, "name_twin");
        view.first(ObjectKind::OAuthClient, &query, &Scope::All, 10, OffsetDateTime::UNIX_EPOCH).1
    };
    rig.index.changed(client(Some("a"), named("c-2", "New")), true).await;
    assert_eq!(twins().await, 0);
    rig.index.changed(client(Some("a"), named("c-3", "new")), true).await;
    assert_eq!(twins().await, 2, "both were changed from here");
    rig.index.changed(client(Some("a"), named("c-3", "First")), true).await;
    assert_eq!(twins().await, 2, "the other one was read");
    rig.index.changed(client(Some("a"), named("c-3", "Third")), true).await;
    assert_eq!(twins().await, 0);
}
