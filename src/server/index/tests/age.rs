//! Older lists: served with their age when the partner fails or is slow, never in place of a change, and without
//! what is gone.

use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::Instant;

use super::{Rig, client_count, ids};
use crate::domain::failure::FailureKind;

#[tokio::test(start_paused = true)]
async fn an_older_list_is_served_with_its_age_and_the_failure_when_the_partner_fails() {
    let rig = Rig::with_organisations(&["a"]).await;
    rig.pass(240);
    let read = async { rig.partner.call().await.fail(FailureKind::Unavailable) };
    let (served, ()) = tokio::join!(rig.index.organisations(), read);
    let served = served.expect("there is an older list");
    assert_eq!(ids(&served), ["a"]);
    let stale = served.stale.expect("it says so");
    assert_eq!(stale.read_at, OffsetDateTime::UNIX_EPOCH);
    assert_eq!(stale.failure.map(|failure| failure.kind), Some(FailureKind::Unavailable));
    let failed = rig.index.fresh_organisations().await.expect_err("this never gives an older list");
    assert_eq!(failed.kind, FailureKind::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn a_slow_partner_is_waited_for_a_second_in_all_while_there_is_an_older_list() {
    let rig = Rig::with_organisations(&["a"]).await;
    rig.pass(20);
    let began = Instant::now();
    for _ in 0..3 {
        let served = rig.index.organisations().await.expect("there is an older list");
        assert!(served.stale.is_some_and(|stale| stale.failure.is_none()), "nobody knows yet what is wrong");
    }
    assert!(began.elapsed() < Duration::from_millis(1_100), "{:?}", began.elapsed());
    rig.partner.call().await.answer(&["a", "b"]);
    rig.index.fresh_organisations().await.expect("it has answered");
    let served = rig.index.organisations().await.expect("it has answered");
    assert_eq!(ids(&served), ["a", "b"]);
    assert_eq!(served.stale, None);
    assert_eq!(rig.partner.count(), 2, "the slow read was the one that came back");
}

#[tokio::test(start_paused = true)]
async fn whoever_made_a_change_never_finds_a_list_without_it_unless_the_partner_fails() {
    let rig = Rig::with_organisations(&["a"]).await;
    rig.index.forget_organisations();
    let slow = async {
        let call = rig.partner.call().await;
        tokio::time::sleep(Duration::from_secs(5)).await;
        call.answer(&["a", "new"]);
    };
    let (served, ()) = tokio::join!(rig.index.organisations(), slow);
    assert_eq!(ids(&served.expect("the partner answered")), ["a", "new"]);
    rig.index.forget_organisations();
    let failing = async { rig.partner.call().await.fail(FailureKind::TimedOut) };
    let (served, ()) = tokio::join!(rig.index.organisations(), failing);
    assert!(served.expect("there is an older list").stale.is_some(), "then its age is told");
}

#[tokio::test(start_paused = true)]
async fn a_visitor_in_a_hurry_is_told_that_there_is_nothing_yet() {
    let rig = Rig::new();
    let second = Duration::from_secs(1);
    assert!(rig.index.organisations_within(second).await.is_none());
    rig.partner.call().await.answer(&["a"]);
    let served = rig.index.organisations_within(second).await.expect("the read went on");
    assert_eq!(ids(&served.expect("the partner answered")), ["a"]);
    rig.pass(20);
    let served = rig.index.organisations_within(second).await.expect("there is an older list");
    assert!(served.is_ok_and(|served| served.stale.is_some()));
}

#[tokio::test(start_paused = true)]
async fn a_list_of_yesterday_is_shown_with_its_age_when_the_partner_fails() {
    let rig = Rig::with_organisations(&["a"]).await;
    rig.pass(24 * 3_600);
    let read = async { rig.partner.call().await.fail(FailureKind::Unreachable) };
    let (served, ()) = tokio::join!(rig.index.organisations(), read);
    let served = served.expect("there is an older list");
    assert_eq!(ids(&served), ["a"]);
    let failure = served.stale.and_then(|stale| stale.failure);
    assert_eq!(failure.map(|failure| failure.kind), Some(FailureKind::Unreachable));
}

#[tokio::test(start_paused = true)]
async fn the_clients_of_an_organisation_that_is_gone_are_gone_with_it() {
    let rig = Rig::with_organisations(&["a", "b"]).await;
    let read = async {
        for _ in 0..2 {
            let call = rig.partner.call().await;
            let client = format!("{}-client", call.organisation.clone().unwrap_or_default());
            call.answer(&[&client]);
        }
    };
    let ((view, coverage), ()) = tokio::join!(rig.clients(), read);
    assert_eq!((client_count(&view), coverage.of), (2, 2));
    rig.pass(20);
    let (read, ()) = tokio::join!(rig.index.organisations(), async { rig.partner.call().await.answer(&["a"]) });
    let view = read.expect("the partner answered").list();
    assert_eq!(ids(&view), ["a"]);
    assert_eq!(client_count(&view), 1);
    assert_eq!(rig.index.coverage(&view, None).of, 1);
}
