//! One read for all who wait, its failure for some seconds, and nothing from before a change.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::Instant;

use super::{Rig, ids};
use crate::domain::failure::{FailureKind, PartnerFailure};
use crate::domain::object::ObjectKind;
use crate::server::index::lookup::failure;

#[tokio::test(start_paused = true)]
async fn all_who_wait_share_one_read_and_its_failure_and_whoever_comes_next_has_it_at_once() {
    let rig = Rig::new();
    let visitors = join_all((0..20).map(|_| rig.index.organisations()));
    let (answers, ()) = tokio::join!(visitors, async { rig.partner.call().await.fail(FailureKind::Unavailable) });
    let unavailable = |answer: Result<_, PartnerFailure>| {
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
async fn a_partner_that_asks_to_wait_is_left_alone_by_pages_too_up_to_a_quarter_of_an_hour() {
    for (asked, wait) in [(1, 3), (60, 60), (86_400, 900)] {
        let rig = Rig::new();
        let limiting = PartnerFailure { retry_after: Some(asked), ..failure(FailureKind::RateLimited) };
        let answer = async { rig.partner.call().await.fail_with(limiting) };
        tokio::join!(rig.index.organisations(), answer).0.expect_err("the partner limits requests");
        rig.pass(wait - 1);
        let failed = rig.index.organisations().await.expect_err("it is remembered");
        let over = u32::try_from(wait - 1).expect("it fits");
        assert_eq!(failed.retry_after, Some(asked.saturating_sub(over)), "what is left of the wait");
        assert_eq!(rig.partner.count(), 1, "{asked}");
        rig.pass(1);
        let answer = async { rig.partner.call().await.answer(&["a"]) };
        tokio::join!(rig.index.organisations(), answer).0.expect("it answers again");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_cannot_be_used_is_not_read_again_and_again_while_nobody_asks_for_it() {
    let rig = Rig::new();
    let partner = Arc::clone(&rig.partner);
    tokio::spawn(async move {
        loop {
            partner.call().await.fail(FailureKind::TooLarge);
        }
    });
    tokio::spawn(Arc::clone(&rig.index).run());
    let pass = async |seconds: u32| {
        for _ in 0..seconds {
            rig.pass(1);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    pass(60).await;
    assert_eq!(rig.partner.count(), 2, "once at the start, and once after half a minute");
    assert!(rig.index.refresh());
    pass(20).await;
    assert_eq!(rig.partner.count(), 3, "somebody asked");
    pass(3_600).await;
    assert!((10..=20).contains(&rig.partner.count()), "about every five minutes: {}", rig.partner.count());
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
