//! One read for all who wait, its failure for some seconds, and nothing from before a change.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::Instant;

use super::{Rig, ids};
use crate::domain::failure::FailureKind;
use crate::domain::object::ObjectKind;

#[tokio::test(start_paused = true)]
async fn all_who_wait_share_one_read_and_its_failure_and_whoever_comes_next_has_it_at_once() {
    let rig = Rig::new();
    let visitors = join_all((0..20).map(|_| rig.index.organisations()));
    let (answers, ()) = tokio::join!(visitors, async { rig.partner.call().await.fail(FailureKind::Unavailable) });
    let unavailable = |answer: Result<_, crate::domain::failure::PartnerFailure>| {
        answer.map(|_: super::super::Served<_>| ()).expect_err("the partner failed").kind == FailureKind::Unavailable
    };
    assert!(answers.into_iter().all(unavailable));
    rig.pass(2);
    assert!(unavailable(rig.index.organisations().await));
    assert_eq!(rig.partner.count(), 1, "nobody has asked again");
    rig.pass(2);
    let (read, ()) = tokio::join!(rig.index.organisations(), async { rig.partner.call().await.answer(&["a"]) });
    assert_eq!(ids(&read.expect("it answers again")), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn the_seconds_of_a_failure_count_from_its_end() {
    let rig = Rig::new();
    let slow_failure = async {
        let call = rig.partner.call().await;
        rig.pass(8);
        call.fail(FailureKind::TimedOut);
    };
    let (read, ()) = tokio::join!(rig.index.organisations(), slow_failure);
    read.expect_err("the partner did not answer");
    rig.pass(2);
    rig.index.organisations().await.expect_err("it is remembered");
    assert_eq!(rig.partner.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_visitor_who_goes_away_does_not_end_the_read_for_the_others() {
    let rig = Rig::new();
    let impatient = tokio::time::timeout(Duration::from_millis(10), rig.index.organisations());
    let (gave_up, call) = tokio::join!(impatient, rig.partner.call());
    gave_up.expect_err("there was no answer yet");
    call.answer(&["a"]);
    assert_eq!(ids(&rig.index.organisations().await.expect("the read went on")), ["a"]);
    assert_eq!(rig.partner.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_partner_that_never_answers_is_given_up_in_time_for_a_page() {
    let rig = Rig::new();
    let began = Instant::now();
    let failed = rig.index.organisations().await.expect_err("there is no answer");
    assert_eq!(failed.kind, FailureKind::TimedOut);
    let failed = rig.index.get(ObjectKind::Organisation, "a").await.expect_err("there is no answer");
    assert_eq!(failed.kind, FailureKind::TimedOut);
    assert!(began.elapsed() < Duration::from_secs(20), "less than 10 s each: {:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_read_that_is_too_slow_for_a_page_goes_on_and_the_next_visitor_has_it() {
    let rig = Rig::new();
    let failed = rig.index.organisations().await.expect_err("there is no answer yet");
    assert_eq!(failed.kind, FailureKind::TimedOut);
    let failed = rig.index.fresh_organisations().await.expect_err("there is none yet");
    assert_eq!(failed.kind, FailureKind::TimedOut);
    rig.partner.call().await.answer(&["a"]);
    assert_eq!(ids(&rig.index.organisations().await.expect("the read went on")), ["a"]);
    assert_eq!(rig.partner.count(), 1, "nobody asked a second time");
}

#[tokio::test(start_paused = true)]
async fn a_read_begun_before_a_change_is_not_taken_for_fresh_after_it() {
    let rig = Rig::new();
    let index = rig.index.clone();
    let before = tokio::spawn(async move { index.organisations().await });
    let old_call = rig.partner.call().await;
    rig.index.forget_organisations();
    let index = rig.index.clone();
    let after = tokio::spawn(async move { index.organisations().await });
    let new_call = rig.partner.call().await;
    new_call.answer(&["a", "new"]);
    let after = after.await.expect("no panic").expect("the partner answered");
    assert_eq!(ids(&after), ["a", "new"]);
    old_call.answer(&["a"]);
    let before = before.await.expect("no panic").expect("the partner answered");
    assert_eq!(ids(&before), ["a", "new"], "who asked before the change sees it too");
    let now = rig.index.organisations().await.expect("it is known");
    assert_eq!(ids(&now), ["a", "new"]);
    assert_eq!(rig.partner.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_clients_of_one_organisation_are_read_once_for_all_who_wait_and_anew_for_the_next() {
    let rig = Rig::new();
    let visitors = join_all((0..20).map(|_| rig.index.clients_of("a")));
    let (lists, ()) = tokio::join!(visitors, async { rig.partner.call().await.answer(&["one"]) });
    assert!(lists.into_iter().all(|list| list.expect("the partner answered").len() == 1));
    assert_eq!(rig.partner.count(), 1);
    let next = async { rig.partner.call().await.answer(&["one", "two"]) };
    let (list, ()) = tokio::join!(rig.index.clients_of("a"), next);
    assert_eq!(list.expect("the partner answered").len(), 2, "a page of one organisation shows what is there now");
}

#[tokio::test(start_paused = true)]
async fn everything_is_read_anew_when_asked_for_but_not_twice_in_some_seconds() {
    let rig = Rig::with_organisations(&["a"]).await;
    assert!(rig.index.refresh());
    let (read, ()) = tokio::join!(rig.index.organisations(), async { rig.partner.call().await.answer(&["b"]) });
    assert_eq!(ids(&read.expect("the partner answered")), ["b"]);
    rig.pass(4);
    assert!(!rig.index.refresh());
    rig.index.organisations().await.expect("it is known");
    assert_eq!(rig.partner.count(), 2);
    rig.pass(2);
    assert!(rig.index.refresh());
}
