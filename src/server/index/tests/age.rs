//! Older lists: served with their age when the partner fails or is slow, never in place of a change, and dropped by
//! the clock.

use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::Instant;

use super::{Rig, ids, owned};
use crate::domain::failure::FailureKind;

#[tokio::test(start_paused = true)]
async fn an_older_list_is_served_with_its_age_and_the_failure_when_the_partner_fails() {
    let rig = Rig::with_organisations(&["a"]).await;
    rig.pass(240);
    let read = async { rig.partner.call().await.fail(FailureKind::Unavailable) };
    let (served, ()) = tokio::join!(rig.directory.organisations(), read);
    let served = served.expect("there is an older list");
    assert_eq!(ids(&served.organisations), ["a"]);
    let stale = served.stale.expect("it says so");
    assert_eq!(stale.read_at, OffsetDateTime::UNIX_EPOCH);
    assert_eq!(stale.failure.map(|failure| failure.kind), Some(FailureKind::Unavailable));
    let failed = rig.directory.fresh_organisations().await.expect_err("this never gives an older list");
    assert_eq!(failed.kind, FailureKind::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn a_slow_partner_is_waited_for_a_second_in_all_while_there_is_an_older_list() {
    let rig = Rig::with_organisations(&["a"]).await;
    rig.pass(20);
    let began = Instant::now();
    for _ in 0..3 {
        let served = rig.directory.organisations().await.expect("there is an older list");
        assert!(served.stale.is_some_and(|stale| stale.failure.is_none()), "nobody knows yet what is wrong");
    }
    assert!(began.elapsed() < Duration::from_millis(1_100), "{:?}", began.elapsed());
    rig.partner.call().await.answer(&["a", "b"]);
    rig.directory.fresh_organisations().await.expect("it has answered");
    let served = rig.directory.organisations().await.expect("it has answered");
    assert_eq!((ids(&served.organisations), &served.stale), (vec!["a", "b"], &None));
    assert_eq!(rig.partner.count(), 2, "the slow read was the one that came back");
}

#[tokio::test(start_paused = true)]
async fn whoever_made_a_change_never_finds_a_list_without_it_unless_the_partner_fails() {
    let rig = Rig::with_organisations(&["a"]).await;
    rig.directory.forget_organisations();
    let slow = async {
        let call = rig.partner.call().await;
        tokio::time::sleep(Duration::from_secs(5)).await;
        call.answer(&["a", "new"]);
    };
    let (served, ()) = tokio::join!(rig.directory.organisations(), slow);
    assert_eq!(ids(&served.expect("the partner answered").organisations), ["a", "new"]);
    rig.directory.forget_organisations();
    let failing = async { rig.partner.call().await.fail(FailureKind::TimedOut) };
    let (served, ()) = tokio::join!(rig.directory.organisations(), failing);
    assert!(served.expect("there is an older list").stale.is_some(), "then its age is told");
}

#[tokio::test(start_paused = true)]
async fn a_visitor_in_a_hurry_is_told_that_there_is_nothing_yet() {
    let rig = Rig::new();
    let second = Duration::from_secs(1);
    assert!(rig.directory.organisations_within(second).await.is_none());
    rig.partner.call().await.answer(&["a"]);
    let served = rig.directory.organisations_within(second).await.expect("the read went on");
    assert_eq!(ids(&served.expect("the partner answered").organisations), ["a"]);
    rig.pass(20);
    let served = rig.directory.organisations_within(second).await.expect("there is an older list");
    assert!(served.is_ok_and(|served| served.stale.is_some()));
}

#[tokio::test(start_paused = true)]
async fn lists_are_dropped_when_they_are_too_old_to_be_shown_though_nobody_visits() {
    let rig = Rig::with_organisations(&["a"]).await;
    let list = Arc::downgrade(&rig.directory.fresh_organisations().await.expect("it is known"));
    let read = async { rig.partner.call().await.answer(&["one"]) };
    tokio::join!(rig.directory.clients_of("a"), read).0.expect("the partner answered");
    let later = |minutes| crate::server::clock::Clock::moment(&*rig.clock).after(Duration::from_mins(minutes));
    let known_clients = || rig.directory.known_clients(&owned(&["a"])).len();
    rig.directory.sweep(later(14));
    assert_eq!(known_clients(), 1);
    rig.directory.sweep(later(16));
    assert_eq!(known_clients(), 0);
    rig.directory.sweep(later(59));
    assert!(list.upgrade().is_some());
    rig.directory.sweep(later(61));
    assert!(list.upgrade().is_none(), "the memory is given back");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_too_old_is_not_shown_before_it_is_swept_either() {
    let rig = Rig::with_organisations(&["a"]).await;
    rig.pass(3_700);
    let read = async { rig.partner.call().await.fail(FailureKind::Unreachable) };
    let (read, ()) = tokio::join!(rig.directory.organisations(), read);
    assert_eq!(read.expect_err("there is nothing to show").kind, FailureKind::Unreachable);
}
