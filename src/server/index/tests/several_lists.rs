//! A client in the lists of several organisations: it stays with one of them, nobody is told that it comes and goes, and one that
//! really moves is told once.

use std::sync::Arc;
use std::time::Duration;

use super::observing::{Told, change, named, read};
use super::{Entry, Rig, client_count};

/// An index that is observed, with two organisations.
async fn observed() -> (Rig, Arc<Told>) {
    let (rig, told) = (Rig::new(), Arc::new(Told::default()));
    rig.index.observe("sandbox".to_owned(), told.clone());
    read(&rig, vec![named("a", "A"), named("b", "B")]).await;
    rig.index.lists.model.latest().await;
    (rig, told)
}

/// Lets the clients of an organisation be read; no view has them for that.
async fn read_clients(rig: &Rig, organisation: &str, entries: Vec<Entry>) {
    rig.pass(5);
    let lookup = rig.index.lists.find_clients(organisation, Duration::ZERO);
    let answer = async { rig.partner.call().await.answer_with(entries) };
    tokio::join!(lookup.fresh(), answer).0.expect("the partner answered");
}

async fn owner(rig: &Rig) -> Option<String> {
    rig.index.lists.model.latest().await.owner_of("c-1")
}

#[tokio::test(start_paused = true)]
async fn a_client_that_two_organisations_list_is_told_as_no_change_and_stays_where_it_is() {
    let listed = || vec![named("c-1", "First")];
    for is_built_between in [false, true] {
        let (rig, told) = observed().await;
        let mut owners = Vec::new();
        for round in 0..4 {
            // In one order and in the other.
            let order = if round % 2 == 0 { ["a", "b"] } else { ["b", "a"] };
            for organisation in order {
                read_clients(&rig, organisation, listed()).await;
                if is_built_between {
                    owners.push(owner(&rig).await);
                }
            }
            owners.push(owner(&rig).await);
        }
        assert!(told.names().is_empty());
        owners.dedup();
        assert_eq!(owners.len(), 1, "{owners:?}");
        let view = rig.index.view();
        assert_eq!((client_count(&view), view.clients_of("a").len(), view.clients_of("b").len()), (1, 1, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn what_others_change_of_a_client_in_two_lists_is_told_once() {
    let (rig, told) = observed().await;
    for (name, expected) in [("First", Vec::new()), ("Second", vec![change("c-1", Some("First"), Some("Second"))])] {
        for organisation in ["b", "a", "b"] {
            read_clients(&rig, organisation, vec![named("c-1", name)]).await;
            rig.index.lists.model.latest().await;
        }
        assert_eq!(told.names(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_comes_into_a_second_list_later_is_told_only_when_it_leaves_the_first() {
    for is_built_between in [false, true] {
        let (rig, told) = observed().await;
        read_clients(&rig, "a", vec![named("c-1", "First")]).await;
        read_clients(&rig, "b", Vec::new()).await;
        assert_eq!(owner(&rig).await.as_deref(), Some("a"));
        read_clients(&rig, "b", vec![named("c-1", "First")]).await;
        if is_built_between {
            assert_eq!(owner(&rig).await.as_deref(), Some("a"));
        }
        assert!(told.names().is_empty(), "it may be in both");
        read_clients(&rig, "a", Vec::new()).await;
        assert_eq!(told.organisations(), [Some("b".to_owned())]);
        assert_eq!(told.names(), [change("c-1", None, Some("First"))]);
        assert_eq!(owner(&rig).await.as_deref(), Some("b"));
        read_clients(&rig, "a", Vec::new()).await;
        read_clients(&rig, "b", vec![named("c-1", "First")]).await;
        assert!(told.names().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_gone_from_one_organisation_before_it_is_seen_at_another_is_told_as_both() {
    let (rig, told) = observed().await;
    read_clients(&rig, "a", vec![named("c-1", "First")]).await;
    read_clients(&rig, "b", Vec::new()).await;
    assert_eq!(owner(&rig).await.as_deref(), Some("a"));
    read_clients(&rig, "a", Vec::new()).await;
    read_clients(&rig, "b", vec![named("c-1", "First")]).await;
    assert_eq!(told.names(), [change("c-1", Some("First"), None), change("c-1", None, Some("First"))]);
    assert_eq!(owner(&rig).await.as_deref(), Some("b"));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_deleted_from_both_lists_is_told_as_one_removal() {
    for order in [["a", "b"], ["b", "a"]] {
        for (is_built_before, is_built_between) in [(false, false), (false, true), (true, false), (true, true)] {
            let (rig, told) = observed().await;
            for organisation in ["a", "b"] {
                read_clients(&rig, organisation, vec![named("c-1", "First")]).await;
            }
            if is_built_before {
                assert!(owner(&rig).await.is_some());
            }
            for organisation in order {
                read_clients(&rig, organisation, Vec::new()).await;
                if is_built_between {
                    owner(&rig).await;
                }
            }
            let case = (order, is_built_before, is_built_between);
            assert_eq!(told.names(), [change("c-1", Some("First"), None)], "{case:?}");
            assert_eq!(owner(&rig).await, None, "{case:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_came_into_a_second_list_and_stayed_in_the_first_is_not_told_as_added_when_it_is_deleted() {
    let (rig, told) = observed().await;
    read_clients(&rig, "a", vec![named("c-1", "First")]).await;
    read_clients(&rig, "b", Vec::new()).await;
    assert_eq!(owner(&rig).await.as_deref(), Some("a"));
    for organisation in ["b", "a"] {
        read_clients(&rig, organisation, vec![named("c-1", "First")]).await;
    }
    for organisation in ["a", "b"] {
        read_clients(&rig, organisation, Vec::new()).await;
    }
    assert_eq!(told.names(), [change("c-1", Some("First"), None)]);
}

#[tokio::test(start_paused = true)]
async fn what_is_changed_before_anybody_knows_with_whom_a_client_stands_is_told() {
    let (rig, told) = observed().await;
    for organisation in ["a", "b"] {
        read_clients(&rig, organisation, vec![named("c-1", "First")]).await;
    }
    read_clients(&rig, "b", vec![named("c-1", "Second")]).await;
    assert_eq!(told.names(), [change("c-1", Some("First"), Some("Second"))]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_new_in_two_lists_is_told_as_added_once() {
    for is_first_reading in [false, true] {
        let (rig, told) = observed().await;
        if !is_first_reading {
            read_clients(&rig, "a", Vec::new()).await;
        }
        read_clients(&rig, "b", Vec::new()).await;
        for organisation in ["a", "b"] {
            read_clients(&rig, organisation, vec![named("c-1", "First")]).await;
        }
        assert_eq!(told.names(), [change("c-1", None, Some("First"))], "{is_first_reading}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_changed_after_a_client_left_the_organisation_that_it_stood_with_is_told() {
    let (rig, told) = observed().await;
    read(&rig, vec![named("a", "A"), named("b", "B"), named("d", "D")]).await;
    for organisation in ["a", "b", "d"] {
        read_clients(&rig, organisation, vec![named("c-1", "First")]).await;
        assert_eq!(owner(&rig).await.as_deref(), Some("a"));
    }
    told.names();
    read_clients(&rig, "a", Vec::new()).await;
    assert!(told.names().is_empty(), "others had it all along");
    read_clients(&rig, "b", vec![named("c-1", "Second")]).await;
    assert_eq!(told.names(), [change("c-1", Some("First"), Some("Second"))]);
}
