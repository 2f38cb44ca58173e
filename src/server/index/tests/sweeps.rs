//! The clients of many organisations: one queue for all visitors, a few calls at once, given up when the partner is
//! away.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::Instant;

use super::{Rig, owned};
use crate::domain::failure::FailureKind;

fn many(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("o-{number}")).collect()
}

#[tokio::test(start_paused = true)]
async fn visitors_who_come_together_cost_one_read_for_each_organisation_and_eight_calls_at_once() {
    let rig = Rig::new();
    let visitors = join_all((0..10).map(|_| rig.directory.clients(many(40))));
    let answers = async {
        let mut calls = Vec::new();
        for _ in 0..8 {
            calls.push(rig.partner.call().await);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(rig.partner.count(), 8, "no more at once");
        for call in calls {
            call.answer(&["one", "two"]);
        }
        for _ in 8..40 {
            rig.partner.call().await.answer(&["one", "two"]);
        }
    };
    let (indexes, ()) = tokio::join!(visitors, answers);
    assert!(indexes.iter().all(|index| index.len() == 80 && index.coverage.is_whole() && index.stale.is_none()));
    assert_eq!(rig.partner.count(), 40);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_read_in_time_is_missing_and_goes_on_being_read() {
    let rig = Rig::new();
    let began = Instant::now();
    let index = rig.directory.clients(many(9)).await;
    assert!(began.elapsed() < Duration::from_secs(7), "{:?}", began.elapsed());
    assert_eq!((index.coverage.read, index.coverage.of), (0, 9));
    for _ in 0..9 {
        rig.partner.call().await.answer(&["one"]);
    }
    let index = rig.directory.clients(many(9)).await;
    assert_eq!((index.coverage.read, rig.partner.count()), (9, 9), "nobody had to ask again");
}

#[tokio::test(start_paused = true)]
async fn a_page_of_one_organisation_does_not_queue_behind_those_of_all() {
    let rig = Rig::new();
    let directory = rig.directory.clone();
    tokio::spawn(async move { directory.clients(many(1_000)).await });
    for _ in 0..8 {
        // These are never answered.
        rig.partner.call().await;
    }
    let answer = async {
        let call = rig.partner.call().await;
        assert_eq!(call.organisation.as_deref(), Some("o-999"));
        call.answer(&["one"]);
    };
    let (list, ()) = tokio::join!(rig.directory.clients_of("o-999"), answer);
    assert_eq!(list.expect("the partner answered").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_partner_that_is_away_is_not_asked_for_every_organisation() {
    let rig = Rig::new();
    let outage = async {
        for _ in 0..8 {
            rig.partner.call().await.fail(FailureKind::TimedOut);
        }
    };
    let (index, ()) = tokio::join!(rig.directory.clients(many(1_000)), outage);
    assert_eq!((index.coverage.read, index.coverage.failed, index.coverage.of), (0, 1_000, 1_000));
    let began = Instant::now();
    let index = rig.directory.clients(many(1_000)).await;
    assert_eq!((index.coverage.failed, began.elapsed()), (1_000, Duration::ZERO), "the next visitor knows at once");
    assert_eq!(rig.partner.count(), 8);
}

#[tokio::test(start_paused = true)]
async fn an_organisation_that_the_partner_refuses_does_not_end_the_reading_of_the_others() {
    let rig = Rig::new();
    let answers = async {
        for number in 0..20 {
            let call = rig.partner.call().await;
            if number < 10 { call.fail(FailureKind::NotFound) } else { call.answer(&["one"]) }
        }
    };
    let (index, ()) = tokio::join!(rig.directory.clients(many(20)), answers);
    assert_eq!((index.coverage.read, index.coverage.failed), (10, 10));
}

#[tokio::test(start_paused = true)]
async fn clients_that_are_known_are_shown_with_their_age_when_the_partner_is_slow_or_fails() {
    let rig = Rig::new();
    let wanted = || owned(&["a"]);
    let answer = async { rig.partner.call().await.answer(&["one"]) };
    tokio::join!(rig.directory.clients(wanted()), answer);
    rig.pass(90);
    let began = Instant::now();
    let index = rig.directory.clients(wanted()).await;
    assert!(began.elapsed() < Duration::from_millis(1_100), "{:?}", began.elapsed());
    assert_eq!(index.len(), 1);
    assert!(index.stale.is_some_and(|stale| stale.failure.is_none()));
    let failing = async { rig.partner.call().await.fail(FailureKind::Unavailable) };
    let (index, ()) = tokio::join!(rig.directory.clients(wanted()), failing);
    assert_eq!((index.len(), index.coverage.failed), (1, 0));
    let failure = index.stale.and_then(|stale| stale.failure);
    assert_eq!(failure.map(|failure| failure.kind), Some(FailureKind::Unavailable));
}

#[tokio::test(start_paused = true)]
async fn clients_changed_while_they_are_read_are_read_once_more() {
    let rig = Rig::new();
    let answers = async {
        let before = rig.partner.call().await;
        rig.directory.forget_clients(Some("a"));
        before.answer(&["one"]);
        rig.partner.call().await.answer(&["one", "new"]);
    };
    let (index, ()) = tokio::join!(rig.directory.clients(owned(&["a"])), answers);
    assert_eq!(index.len(), 2);
}
