//! A connection of so many objects that no visitor waits while a view of them is built: nothing that was read is lost, and
//! what may not be old is not.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use time::OffsetDateTime;

use super::observing::named;
use super::{Entry, Rig, client_count, ids, keeping_in};
use crate::domain::facet::Facet;
use crate::domain::failure::FailureKind;
use crate::domain::field::FieldValue;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::server::index::{PatchedObject, Scope};

/// So many are built on a thread of their own, while the visitor waits.
const BUILT_ASIDE: usize = 6_000;
/// So many are built in the background.
const BUILT_LATER: usize = 21_000;

fn organisations(count: usize) -> Vec<Entry> {
    (0..count).map(|number| named(&format!("o-{number:05}"), "Name")).collect()
}

fn below((id, mut fields): Entry, parent: &str) -> Entry {
    fields.set("parent_id", Some(FieldValue::Text(parent.to_owned())));
    (id, fields)
}

/// Lets the organisations be read; no view has them for that.
async fn read(rig: &Rig, entries: Vec<Entry>) {
    let lookup = rig.index.lists.find_organisations(Duration::ZERO);
    let answer = async { rig.partner.call().await.answer_with(entries) };
    tokio::join!(lookup.fresh(), answer).0.expect("the partner answered");
}

#[tokio::test]
async fn what_was_read_is_taken_in_though_the_visitor_whose_page_builds_the_view_goes_away() {
    let rig = Rig::new();
    read(&rig, organisations(BUILT_ASIDE)).await;
    let model = &rig.index.lists.model;
    {
        let mut visit = pin!(model.latest());
        assert!(futures::poll!(visit.as_mut()).is_pending(), "it takes a while");
    }
    assert_eq!(model.latest().await.organisation_count(), BUILT_ASIDE as u64);
}

#[tokio::test]
async fn the_page_of_an_organisation_has_the_clients_that_were_read_for_it_before_any_view_has_them() {
    let rig = Rig::new();
    read(&rig, organisations(BUILT_LATER)).await;
    rig.index.lists.model.latest().await;
    let clients = rig.index.clients_of("o-00001");
    let answer = async { rig.partner.call().await.answer_with(vec![named("c-1", "First")]) };
    let clients = tokio::join!(clients, answer).0.unwrap();
    let names: Vec<_> = clients.iter().map(|client| client.fields.text("name")).collect();
    assert_eq!((names, clients.stale.as_ref()), (vec![Some("First")], None));
    assert_eq!(client_count(&rig.index.view()), 0, "the view is built later");
}

#[tokio::test]
async fn a_limit_is_judged_by_the_tree_that_was_read_last() {
    let rig = Rig::new();
    let mut tree = organisations(BUILT_LATER);
    tree[2] = below(tree[2].clone(), "o-00001");
    read(&rig, tree.clone()).await;
    let top = ["o-00001".to_owned()];
    assert!(rig.index.lists.model.latest().await.is_within("o-00002", &top));
    tree[2] = below(tree[2].clone(), "o-00003");
    rig.pass(20);
    let fresh = rig.index.fresh_organisations();
    let answer = async { rig.partner.call().await.answer_with(tree) };
    let view = tokio::join!(fresh, answer).0.unwrap();
    assert!(!view.is_within("o-00002", &top), "it has left the branch");
}

#[tokio::test]
async fn after_a_restart_nobody_waits_for_the_list_that_is_read_again_at_once_in_the_background() {
    let directory = tempfile::tempdir().unwrap();
    let rig = Rig::new();
    let keeping = keeping_in(directory.path(), &rig, false).await;
    rig.pass(1);
    rig.index.start_from(keeping.clone()).await;
    read(&rig, organisations(BUILT_ASIDE)).await;
    rig.index.keep().await;

    let rig = Rig::new();
    // Far longer than the age at which it is read again.
    rig.pass(1_000_000);
    rig.index.start_from(keeping).await;
    let served = rig.index.organisations().now_or_never().expect("nobody waits").unwrap();
    assert_eq!((served.organisation_count(), &served.stale), (BUILT_ASIDE as u64, &None));
    assert_eq!(rig.partner.count(), 0, "the partner was not asked");
    assert_eq!(served.read_at.map(OffsetDateTime::unix_timestamp), Some(1), "the page says how old it is");
    tokio::spawn(Arc::clone(&rig.index).run());
    let call = rig.partner.call().await;
    assert_eq!(call.organisation, None, "the list is read again");
    call.fail(FailureKind::Unreachable);
    while rig.index.organisations().await.unwrap().stale.is_none() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn of_very_many_branches_none_is_offered_but_the_chosen_ones() {
    let rig = Rig::new();
    read(&rig, organisations(BUILT_ASIDE)).await;
    let view = rig.index.lists.model.latest().await;
    let query = ObjectQuery::default().with(Facet::Within, true, "o-00007");
    let hits = view.page(ObjectKind::Organisation, &query, &Scope::All, OffsetDateTime::UNIX_EPOCH);
    let within = hits.counts.iter().find(|counts| counts.facet == Facet::Within).unwrap();
    assert_eq!((within.values.as_slice(), within.more), ([("o-00007".to_owned(), 1)].as_slice(), 0));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_was_read_before_a_change_is_read_again_for_whoever_waits_for_it() {
    let rig = Rig::with_organisations(&["a"]).await;
    let waiting = rig.index.clients_of("a");
    let meanwhile = async {
        let before = rig.partner.call().await;
        let (id, fields) = named("c-2", "Ours");
        let client = OAuthClient { id, organisation_id: Some("a".to_owned()), fields, unknown: Vec::new() };
        rig.index.changed(PatchedObject::Client(client), true).await;
        before.answer(&["c-1"]);
        rig.partner.call().await.answer(&["c-1", "c-2"]);
    };
    let clients = tokio::join!(waiting, meanwhile).0.unwrap();
    let ids: Vec<_> = clients.iter().map(|client| client.id.as_str()).collect();
    assert_eq!(ids, ["c-1", "c-2"]);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_lets_a_read_go_on_that_is_under_way() {
    let rig = Rig::new();
    let waiting = rig.index.organisations();
    let meanwhile = async {
        let call = rig.partner.call().await;
        rig.index.refresh();
        call.answer(&["a"]);
    };
    let view = tokio::join!(waiting, meanwhile).0.unwrap();
    assert_eq!((ids(&view), rig.partner.count()), (vec!["a".to_owned()], 1));
    assert!(view.has_organisation("a") && view.count_below(ObjectKind::Organisation, "a") == 0);
}
