//! The history of a connection's checks, and when the next one is due. Uses no I/O and no clock.

use std::collections::VecDeque;
use std::time::Duration;

use time::OffsetDateTime;

use crate::domain::check::{Check, ConnectionState};
use crate::domain::check_days::Watched;
use crate::domain::check_history::{KeptChecks, MOST_CHECKS, Stage, since};

/// How many checks in a row may fail before the interval grows.
const FAILURES_BEFORE_BACKOFF: u32 = 2;
/// The longest wait while a connection fails, unless the interval itself is longer.
const LONGEST_WAIT: Duration = Duration::from_mins(5);
/// How long after it was due a check ends at the latest.
const LATEST: Duration = Duration::from_mins(2);
/// The share of a wait that is random, so that connections are not checked in step.
const LARGEST_JITTER: f64 = 0.1;

/// The last checks of one connection.
#[derive(Debug, Default)]
pub(super) struct History {
    checks: VecDeque<Check>,
    since: Option<OffsetDateTime>,
    last_success_at: Option<OffsetDateTime>,
    last_error: Option<Check>,
    stage: Option<Stage>,
    failures: u32,
    /// Whether the newest check is of this start: before it, nobody watched.
    is_watched: bool,
    /// When the next scheduled check is due.
    pub(super) next_check_at: Option<OffsetDateTime>,
}

impl History {
    /// Adds a check that ended at `stage`. Returns the time since the check before it, when it is of the same start.
    pub(super) fn record(&mut self, check: Check, stage: Stage) -> Option<Watched> {
        let watched = self.watched_until(check.at);
        match check.state {
            ConnectionState::Works | ConnectionState::Expiring => {
                self.last_success_at = Some(check.at);
                self.failures = 0;
            }
            ConnectionState::Expired | ConnectionState::Failing | ConnectionState::NotConfigured => {
                self.last_error = Some(check.clone());
                self.failures = self.failures.saturating_add(1);
            }
        }
        self.stage = Some(stage);
        let known = self.last().map(|last| last.state).zip(self.since);
        self.since = Some(since(known, &check));
        if u32::try_from(self.checks.len()).is_ok_and(|kept| kept >= MOST_CHECKS) {
            self.checks.pop_front();
        }
        self.checks.push_back(check);
        self.is_watched = true;
        watched
    }

    /// The time from the newest check, up to the moment when the next one was due at the latest: a machine that slept
    /// watched nothing, and where no check is due, nobody watches for long.
    fn watched_until(&self, until: OffsetDateTime) -> Option<Watched> {
        let last = self.last().filter(|_| self.is_watched)?;
        let due = self.next_check_at.map_or(last.at, |due| due.max(last.at));
        Some(Watched { from: last.at, until: until.min(due + LATEST), is_working: last.state.is_working() })
    }

    /// Takes up the history of an earlier start, or of another replica, and then the checks that the database has not taken, in
    /// their order. Some of them may be in it by now.
    pub(super) fn take_up(&mut self, kept: KeptChecks, unkept: Vec<(Check, Stage)>) {
        let failing = kept.checks.iter().rev().take_while(|(check, _)| !check.state.is_working());
        self.failures = u32::try_from(failing.count()).unwrap_or(u32::MAX);
        self.stage = kept.checks.last().map(|(_, stage)| *stage);
        self.checks = kept.checks.into_iter().map(|(check, _)| check).collect();
        (self.since, self.last_success_at, self.last_error) = (kept.since, kept.last_success_at, kept.last_error);
        for (check, stage) in unkept {
            if self.checks.iter().all(|known| known.at != check.at) {
                self.record(check, stage);
            }
        }
    }

    /// When the present state was found first.
    pub(super) fn since(&self) -> Option<OffsetDateTime> {
        self.since
    }

    /// The checks, the oldest first.
    pub(super) fn checks(&self) -> Vec<Check> {
        self.checks.iter().cloned().collect()
    }

    /// The newest check.
    pub(super) fn last(&self) -> Option<&Check> {
        self.checks.back()
    }

    /// How far the newest check got.
    pub(super) fn stage(&self) -> Option<Stage> {
        self.stage
    }

    /// When a check last found the connection working.
    pub(super) fn last_success_at(&self) -> Option<OffsetDateTime> {
        self.last_success_at
    }

    /// The newest check that did not find it working.
    pub(super) fn last_error(&self) -> Option<&Check> {
        self.last_error.as_ref()
    }

    /// The wait before the next scheduled check, with exponential backoff: a connection that keeps failing is checked
    /// half as often each time, but at least every five minutes. `jitter` is in `[0, 1]`.
    pub(super) fn wait(&self, interval: Duration, jitter: f64) -> Duration {
        let doublings = self.failures.saturating_sub(FAILURES_BEFORE_BACKOFF).min(16);
        let wait = interval.saturating_mul(1 << doublings).min(LONGEST_WAIT.max(interval));
        wait.mul_f64(1.0 - LARGEST_JITTER * jitter.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(state: ConnectionState, minute: i64) -> Check {
        Check { at: OffsetDateTime::UNIX_EPOCH + time::Duration::minutes(minute), ..Check::sample(state, 1) }
    }

    #[test]
    fn what_goes_on_failing_is_asked_less_often_and_what_works_again_as_before() {
        let minute = Duration::from_mins(1);
        let mut history = History::default();
        let mut waits = Vec::new();
        for number in 0..6 {
            history.record(check(ConnectionState::Failing, number), Stage::Probe);
            waits.push(history.wait(minute, 0.0).as_secs());
        }
        assert_eq!(waits, [60, 60, 120, 240, 300, 300]);
        assert_eq!(history.wait(Duration::from_hours(1), 0.0), Duration::from_hours(1), "never sooner than asked");
        history.record(check(ConnectionState::Works, 7), Stage::Ready);
        assert_eq!(history.wait(minute, 0.0), minute);
        assert_eq!(history.wait(minute, 1.0), Duration::from_secs(54));
    }

    #[test]
    fn the_time_of_a_state_begins_with_the_check_that_found_it_first() {
        let mut history = History::default();
        assert_eq!(history.since(), None);
        for (number, state) in (0..).zip([ConnectionState::Works, ConnectionState::Failing, ConnectionState::Failing]) {
            history.record(check(state, number), Stage::Probe);
        }
        assert_eq!(history.since(), Some(check(ConnectionState::Failing, 1).at));
    }

    #[test]
    fn the_time_between_two_checks_counts_as_the_first_one_found_it() {
        let (works, failing) = (check(ConnectionState::Works, 0), check(ConnectionState::Failing, 5));
        let mut history = History::default();
        assert_eq!(history.record(works.clone(), Stage::Ready), None, "nobody watched before");
        history.next_check_at = Some(failing.at);
        let watched = Watched { from: works.at, until: failing.at, is_working: true };
        assert_eq!(history.record(failing.clone(), Stage::Probe), Some(watched));
        history.next_check_at = Some(failing.at + time::Duration::minutes(1));
        let late = check(ConnectionState::Works, 600);
        let until = check(ConnectionState::Works, 8).at;
        let watched = Watched { from: failing.at, until, is_working: false };
        assert_eq!(history.record(late, Stage::Ready), Some(watched), "the machine slept");

        let mut by_hand = History::default();
        by_hand.record(works.clone(), Stage::Ready);
        let watched = Watched { from: works.at, until: check(ConnectionState::Works, 2).at, is_working: true };
        assert_eq!(by_hand.record(failing.clone(), Stage::Probe), Some(watched), "no check was due");

        let mut started = History::default();
        started.take_up(KeptChecks { checks: vec![(works, Stage::Ready)], ..KeptChecks::default() }, Vec::new());
        assert_eq!(started.record(failing, Stage::Probe), None, "nobody watched between two starts");
    }

    #[test]
    fn what_an_earlier_start_found_is_gone_on_with() {
        let kept = KeptChecks {
            checks: (0..4).map(|number| (check(ConnectionState::Failing, number), Stage::Token)).collect(),
            since: Some(OffsetDateTime::UNIX_EPOCH),
            last_success_at: None,
            last_error: Some(check(ConnectionState::Failing, 3)),
        };
        let mut history = History::default();
        history.take_up(kept, Vec::new());
        assert_eq!(history.wait(Duration::from_mins(1), 0.0).as_secs(), 240, "it is asked as seldom as before");
        history.record(check(ConnectionState::Failing, 4), Stage::Probe);
        assert_eq!(history.since(), Some(OffsetDateTime::UNIX_EPOCH));
        assert_eq!((history.checks().len(), history.stage()), (5, Some(Stage::Probe)));
    }

    #[test]
    fn fifty_checks_and_the_last_of_each_sort_are_kept() {
        let mut history = History::default();
        for number in 0..60 {
            let state = if number == 3 { ConnectionState::Failing } else { ConnectionState::Works };
            history.record(check(state, number), Stage::Ready);
        }
        assert_eq!(history.checks().len(), 50);
        assert_eq!(history.checks()[0], check(ConnectionState::Works, 10));
        assert_eq!(history.last_error(), Some(&check(ConnectionState::Failing, 3)));
        assert_eq!(history.last_success_at(), Some(check(ConnectionState::Works, 59).at));
    }
}
