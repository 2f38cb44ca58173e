//! Checks of connections: what a start finds again, a summary of each day, and what is thinned when.

use std::time::Duration;

use time::macros::{date, datetime};
use time::{Date, OffsetDateTime};

use super::Fresh;
use crate::domain::check::{Check, ConnectionState};
use crate::domain::check_days::{DayOfChecks, Watched};
use crate::domain::check_history::{MOST_CHECKS, Stage};
use crate::server::clock::Clock;
use crate::server::storage::NewCheck;

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
    keep(fresh, connection, &check, reached).await;
    check
}

async fn keep(fresh: &Fresh, connection: &str, check: &Check, stage: Stage) {
    fresh.stores.checks.add(connection, NewCheck { check, stage, watched: None }).await.unwrap();
}

/// Keeps the time of a connection from `from` until `until`.
async fn watch(fresh: &Fresh, from: OffsetDateTime, until: OffsetDateTime, is_working: bool) {
    let check = Check { at: until, ..check(fresh, ConnectionState::Works, 1) };
    let watched = Some(Watched { from, until, is_working });
    fresh.stores.checks.add("sandbox", NewCheck { check: &check, stage: Stage::Ready, watched }).await.unwrap();
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

fn unwatched(day: Date) -> DayOfChecks {
    DayOfChecks { day, checks: 0, working: 0, p95_ms: None, watched_ms: 0, working_ms: 0 }
}

pub(in crate::server::storage) async fn the_time_between_two_checks_belongs_to_the_days_in_which_it_lies(fresh: Fresh) {
    let timed = |day, watched_ms, working_ms| DayOfChecks { watched_ms, working_ms, ..unwatched(day) };
    let evening = datetime!(2026-01-01 23:59:30 UTC);
    let (late, later) = (datetime!(2026-01-03 00:00:10.5 UTC), datetime!(2026-01-03 00:00:11 UTC));
    watch(&fresh, evening, late, true).await;
    watch(&fresh, late, later, false).await;
    // A clock that was set back takes nothing away.
    watch(&fresh, later, late, false).await;
    let days = fresh.stores.checks.days("sandbox").await.unwrap();
    let counted =
        DayOfChecks { checks: 3, working: 3, p95_ms: Some(1), ..timed(date!(2026 - 01 - 03), 11_000, 10_500) };
    let whole = timed(date!(2026 - 01 - 02), 86_400_000, 86_400_000);
    assert_eq!(days, [timed(date!(2026 - 01 - 01), 30_000, 30_000), whole, counted]);
}

pub(in crate::server::storage) async fn since_when_it_is_so_outlives_the_check_that_found_it(fresh: Fresh) {
    use ConnectionState::{Failing, Works};
    let works = add(&fresh, "sandbox", Works, 1).await;
    fresh.pass(MINUTE);
    let failing = add(&fresh, "sandbox", Failing, 1).await;
    for _ in 0..12 {
        fresh.pass(DAY * 10);
        add(&fresh, "sandbox", Failing, 1).await;
        fresh.stores.checks.remove_old().await.unwrap();
    }
    let kept = fresh.stores.checks.kept("sandbox").await.unwrap();
    assert!(kept.checks[0].0.at > failing.at, "the check itself is gone");
    assert_eq!((kept.since, kept.last_success_at), (Some(failing.at), Some(works.at)));
}

pub(in crate::server::storage) async fn a_day_is_counted_whatever_is_thinned_of_it(fresh: Fresh) {
    use ConnectionState::{Expiring, Failing, Works};
    // More than are kept one by one whatever their age.
    for number in 1..=100 {
        add(&fresh, "sandbox", if number == 7 { Failing } else { Works }, number).await;
        fresh.pass(MINUTE);
    }
    let memory = Check { is_from_memory: true, ..check(&fresh, Works, 9_000) };
    keep(&fresh, "sandbox", &memory, Stage::Ready).await;
    fresh.pass(DAY);
    add(&fresh, "sandbox", Failing, 3).await;
    add(&fresh, "sandbox", Expiring, 4).await;
    let first = DayOfChecks { checks: 101, working: 100, p95_ms: Some(96), ..unwatched(date!(2026 - 01 - 01)) };
    let second = DayOfChecks { checks: 2, working: 1, p95_ms: Some(4), ..unwatched(date!(2026 - 01 - 02)) };
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
    assert_eq!(fresh.stores.checks.days("sandbox").await.unwrap().len(), 1, "today is the ninetieth day");
    fresh.pass(DAY);
    fresh.stores.checks.remove_old().await.unwrap();
    assert_eq!(fresh.stores.checks.kept("sandbox").await.unwrap().checks, []);
    assert_eq!(fresh.stores.checks.days("sandbox").await.unwrap(), []);
}

pub(in crate::server::storage) async fn the_check_that_was_added_last_is_the_newest_whatever_the_clocks_said(
    fresh: Fresh,
) {
    use ConnectionState::{Failing, Works};
    let at = |at, state| Check { at, ..check(&fresh, state, 1) };
    // The clock of a replica that is gone was ahead.
    let ahead = at(datetime!(2026-01-01 12:10 UTC), Works);
    let now = at(datetime!(2026-01-01 12:01 UTC), Failing);
    keep(&fresh, "sandbox", &ahead, Stage::Ready).await;
    keep(&fresh, "sandbox", &now, Stage::Probe).await;
    let kept = fresh.stores.checks.kept("sandbox").await.unwrap();
    assert_eq!(kept.checks, [(ahead.clone(), Stage::Ready), (now.clone(), Stage::Probe)]);
    assert_eq!((kept.since, kept.last_success_at), (Some(now.at), Some(ahead.at)));
    assert_eq!(kept.last_error, Some(now));
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
    keep(&fresh, "sandbox", &late, Stage::Probe).await;
    assert_eq!(fresh.stores.checks.days("sandbox").await.unwrap(), before);
}
