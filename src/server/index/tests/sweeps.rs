//! The clients of many organisations: one queue for all visitors, a few calls at once, given up when the partner is
//! away.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::Instant;

use super::{Rig, client_count};
use crate::domain::failure::FailureKind;

/// What a test answers a call with: clients that no other organisation has.
fn some(call: super::Call, count: usize) {
    let owner = call.organisation.clone().unwrap_or_default();
    let ids: Vec<String> = (0..count).map(|number| format!("{owner}-{number}")).collect();
    call.answer(&ids.iter().map(String::as_str).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn visitors_who_come_together_cost_one_read_for_each_organisation_and_eight_calls_at_once() {
    let rig = Rig::with_many(40).await;
    let visitors = join_all((0..10).map(|_| rig.clients()));
    let answers = async {
        let mut calls = Vec::new();
        for _ in 0..8 {
            calls.push(rig.partner.call().await);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(rig.partner.count(), 1 + 8, "no more at once");
        for call in calls {
            some(call, 2);
        }
        for _ in 8..40 {
            some(rig.partner.call().await, 2);
        }
    };
    let (answers, ()) = tokio::join!(visitors, answers);
    for (view, coverage) in answers {
        assert_eq!(client_count(&view), 80);
        assert!(coverage.is_whole() && coverage.stale.is_none());
    }
    assert_eq!(rig.partner.count(), 1 + 40);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_read_in_time_is_missing_and_goes_on_being_read() {
    let rig = Rig::with_many(9).await;
    let began = Instant::now();
    let (_, coverage) = rig.clients().await;
    assert!(began.elapsed() < Duration::from_secs(7), "{:?}", began.elapsed());
    assert_eq!((coverage.read, coverage.of), (0, 9));
    for _ in 0..9 {
        some(rig.partner.call().await, 1);
    }
    let (_, coverage) = rig.clients().await;
    assert_eq!((coverage.read, rig.partner.count()), (9, 1 + 9), "nobody had to ask again");
}

#[tokio::test(start_paused = true)]
async fn a_page_of_one_organisation_does_not_queue_behind_those_of_all() {
    let rig = Rig::with_many(1_000).await;
    let (index, view) = (rig.index.clone(), rig.index.view());
    tokio::spawn(async move { index.clients(&view, None).await });
    for _ in 0..8 {
        // These are never answered.
        rig.partner.call().await;
    }
    let answer = async {
        let call = rig.partner.call().await;
        assert_eq!(call.organisation.as_deref(), Some("o-0999"));
        some(call, 1);
    };
    let (list, ()) = tokio::join!(rig.index.clients_of("o-0999"), answer);
    assert_eq!(list.expect("the partner answered").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_partner_that_is_away_is_not_asked_for_every_organisation() {
    let rig = Rig::with_many(1_000).await;
    let outage = async {
        for _ in 0..8 {
            rig.partner.call().await.fail(FailureKind::TimedOut);
        }
    };
    let ((_, coverage), ()) = tokio::join!(rig.clients(), outage);
    assert_eq!((coverage.read, coverage.failed, coverage.of), (0, 1_000, 1_000));
    let began = Instant::now();
    let (_, coverage) = rig.clients().await;
    assert_eq!((coverage.failed, began.elapsed()), (1_000, Duration::ZERO), "the next visitor knows at once");
    assert_eq!(rig.partner.count(), 1 + 8);
}

#[tokio::test(start_paused = true)]
async fn an_organisation_that_the_partner_refuses_does_not_end_the_reading_of_the_others() {
    let rig = Rig::with_many(20).await;
    let answers = async {
        for number in 0..20 {
            let call = rig.partner.call().await;
            if number < 10 { call.fail(FailureKind::NotFound) } else { some(call, 1) }
        }
    };
    let ((_, coverage), ()) = tokio::join!(rig.clients(), answers);
    assert_eq!((coverage.read, coverage.failed), (10, 10));
}

#[tokio::test(start_paused = true)]
async fn clients_that_are_known_are_shown_with_their_age_when_the_partner_is_slow_or_fails() {
    let rig = Rig::with_organisations(&["a"]).await;
    let answer = async { some(rig.partner.call().await, 1) };
    tokio::join!(rig.clients(), answer);
    rig.pass(90);
    let began = Instant::now();
    let (view, coverage) = rig.clients().await;
    assert!(began.elapsed() < Duration::from_millis(1_100), "{:?}", began.elapsed());
    assert_eq!(client_count(&view), 1);
    assert!(coverage.stale.is_some_and(|stale| stale.failure.is_none()));
    let failing = async { rig.partner.call().await.fail(FailureKind::Unavailable) };
    let ((view, coverage), ()) = tokio::join!(rig.clients(), failing);
    assert_eq!((client_count(&view), coverage.failed), (1, 0));
    let failure = coverage.stale.and_then(|stale| stale.failure);
    assert_eq!(failure.map(|failure| failure.kind), Some(FailureKind::Unavailable));
}

#[tokio::test(start_paused = true)]
async fn clients_changed_while_they_are_read_are_read_once_more() {
    let rig = Rig::with_organisations(&["a"]).await;
    let answers = async {
        let before = rig.partner.call().await;
        rig.index.forget_clients(Some("a"));
        some(before, 1);
        some(rig.partner.call().await, 2);
    };
    let ((view, _), ()) = tokio::join!(rig.clients(), answers);
    assert_eq!(client_count(&view), 2);
}
