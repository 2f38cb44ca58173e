//! Checks of connections: what a start finds again, a summary of each day, and what is thinned when.

use std::time::Duration;

use time::macros::date;

use super::Fresh;
use crate::domain::check::{Check, ConnectionState};
use crate::domain::check_days::DayOfChecks;
use crate::domain::check_history::{MOST_CHECKS, Stage};
use crate::server::clock::Clock;

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// A check of now.
fn check(fresh: &Fresh, state: ConnectionState, duration_ms: u32) -> Check {
    Check {
        at: fresh.clock.now(),
        state,
        detail: format!("found to be {}", state.code()),
        advice: (!state.is_working()).then(|| "Wait.".to_owned()),
        http_status: Some(if state.is_working() { 200 } else { 503 }),
        request_id: Some(format!("r-{duration_ms}")),
        duration_ms,
        is_from_memory: false,
    }
}

async fn add(fresh: &Fresh, connection: &str, state: ConnectionState, duration_ms: u32) -> Check {
    let check = check(fresh, state, duration_ms);
    let reached = if state.is_working() { Stage::Ready } else { Stage::Probe };
    fresh.stores.checks.add(connection, &check, reached).await.unwrap();
    check
}

pub(in crate::server::storage) async fn a_start_finds_the_newest_checks_and_since_when_it_is_so(fresh: Fresh) {
    use ConnectionState::{Expired, Failing, Works};
    assert_eq!(fresh.stores.checks.kept("sandbox").await.unwrap().checks, []);
    let mut added = Vec::new();
    for (number, state) in [Works, Failing, Works, Works, Expired, Failing, Failing].into_iter().enumerate() {
        added.push(add(&fresh, "sandbox", state, u32::try_from(number).unwrap()).await);
        add(&fresh, "other", Works, 1).await;
        fresh.pass(MINUTE);
    }
    let kept = fresh.stores.checks.kept("sandbox").await.unwrap();
    let stages: Vec<_> = kept.checks.iter().map(|(_, stage)| *stage).collect();
    assert_eq!(stages[..2], [Stage::Ready, Stage::Probe]);
    assert_eq!(kept.checks.into_iter().map(|(check, _)| check).collect::<Vec<_>>(), added);
    assert_eq!(kept.since, Some(added[5].at), "failing since the first of the last two");
    assert_eq!(kept.last_success_at, Some(added[3].at));
    assert_eq!(kept.last_error.as_ref(), added.last());
    let other = fresh.stores.checks.kept("other").await.unwrap();
    assert_eq!((other.since, other.last_error), (Some(added[0].at), None));
}

pub(in crate::server::storage) async fn a_day_is_counted_whatever_is_thinned_of_it(fresh: Fresh) {
    use ConnectionState::{Expiring, Failing, Works};
    // It is noon: half of the checks are of today.
    for number in 1..=20 {
        add(&fresh, "sandbox", if number == 7 { Failing } else { Works }, number).await;
        fresh.pass(MINUTE);
    }
    let memory = Check { is_from_memory: true, ..check(&fresh, Works, 9_000) };
    fresh.stores.checks.add("sandbox", &memory, Stage::Ready).await.unwrap();
    fresh.pass(DAY);
    add(&fresh, "sandbox", Failing, 3).await;
    add(&fresh, "sandbox", Expiring, 4).await;
    let first = DayOfChecks { day: date!(2026 - 01 - 01), checks: 21, working: 20, p95_ms: Some(20) };
    let second = DayOfChecks { day: date!(2026 - 01 - 02), checks: 2, working: 1, p95_ms: Some(4) };
    assert_eq!(fresh.stores.checks.days("sandbox").await.unwrap(), [first, second]);
    assert_eq!(fresh.stores.checks.days("other").await.unwrap(), []);
    fresh.pass(DAY * 30);
    fresh.stores.checks.remove_old().await.unwrap();
    assert_eq!(fresh.stores.checks.days("sandbox").await.unwrap(), [first, second]);
}

pub(in crate::server::storage) async fn old_checks_are_thinned_to_where_the_state_changed(fresh: Fresh) {
    use ConnectionState::{Failing, Works};
    let begin = fresh.clock.now();
    for number in 0..30 {
        add(&fresh, "sandbox", if (10..20).contains(&number) { Failing } else { Works }, number).await;
        fresh.pass(MINUTE);
    }
    fresh.pass(DAY * 3);
    for number in 0..MOST_CHECKS {
        add(&fresh, "sandbox", Works, number).await;
        add(&fresh, "other", Works, number).await;
        fresh.pass(MINUTE);
    }
    fresh.stores.checks.remove_old().await.unwrap();
    let kept = fresh.stores.checks.kept("sandbox").await.unwrap();
    assert_eq!(kept.checks.len(), usize::try_from(MOST_CHECKS).unwrap());
    assert_eq!(kept.since, Some(begin + MINUTE * 20), "it works since the outage ended");
    assert_eq!(kept.last_error.map(|check| check.at), Some(begin + MINUTE * 19), "the last one that failed");
    fresh.pass(DAY * 30);
    fresh.stores.checks.remove_old().await.unwrap();
    let other = fresh.stores.checks.kept("other").await.unwrap();
    assert_eq!(other.checks.len(), usize::try_from(MOST_CHECKS).unwrap(), "the newest of each are never thinned");
}

pub(in crate::server::storage) async fn checks_are_gone_after_ninety_days(fresh: Fresh) {
    add(&fresh, "sandbox", ConnectionState::Failing, 1).await;
    fresh.pass(DAY * 89);
    fresh.stores.checks.remove_old().await.unwrap();
    assert_eq!(fresh.stores.checks.kept("sandbox").await.unwrap().checks.len(), 1);
    fresh.pass(DAY * 2);
    fresh.stores.checks.remove_old().await.unwrap();
    assert_eq!(fresh.stores.checks.kept("sandbox").await.unwrap().checks, []);
    assert_eq!(fresh.stores.checks.days("sandbox").await.unwrap(), []);
}

pub(in crate::server::storage) async fn a_clock_that_was_set_back_takes_nothing_from_a_day(fresh: Fresh) {
    let noon = fresh.clock.now();
    for number in 1..=60 {
        add(&fresh, "sandbox", ConnectionState::Works, number).await;
        add(&fresh, "sandbox", ConnectionState::Works, number).await;
    }
    let before = fresh.stores.checks.days("sandbox").await.unwrap();
    fresh.pass(DAY * 3);
    fresh.stores.checks.remove_old().await.unwrap();
    let late = Check { at: noon, ..check(&fresh, ConnectionState::Failing, 1) };
    fresh.stores.checks.add("sandbox", &late, Stage::Probe).await.unwrap();
    assert_eq!(fresh.stores.checks.days("sandbox").await.unwrap(), before);
}
