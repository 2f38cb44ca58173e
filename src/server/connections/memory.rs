//! What is remembered of a connection's checks, and when the next one is due: no I/O, no clock.

use std::collections::VecDeque;
use std::time::Duration;

use time::OffsetDateTime;

use super::finding::Stage;
use crate::domain::check::{Check, ConnectionState};

/// Checks that are kept.
const MOST_CHECKS: usize = 50;
/// Checks that fail in a row before the next ones come less often.
const PATIENCE: u32 = 2;
/// The longest wait while a connection fails, unless the interval itself is longer.
const LONGEST_WAIT: Duration = Duration::from_mins(5);
/// How much of a wait is left to chance, so that connections do not move in step.
const JITTER: f64 = 0.1;

/// The checks of one connection.
#[derive(Debug, Default)]
pub(super) struct Memory {
    checks: VecDeque<Check>,
    last_success_at: Option<OffsetDateTime>,
    last_error: Option<Check>,
    stage: Option<Stage>,
    failures: u32,
    /// When the next check by itself is due.
    pub(super) next_check_at: Option<OffsetDateTime>,
}

impl Memory {
    /// Takes a check in.
    pub(super) fn record(&mut self, check: Check, stage: Stage) {
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
        if self.checks.len() == MOST_CHECKS {
            self.checks.pop_front();
        }
        self.checks.push_back(check);
    }

    /// The checks, the oldest first.
    pub(super) fn checks(&self) -> Vec<Check> {
        self.checks.iter().cloned().collect()
    }

    /// The last check.
    pub(super) fn last(&self) -> Option<&Check> {
        self.checks.back()
    }

    /// How far the last check came.
    pub(super) fn stage(&self) -> Option<Stage> {
        self.stage
    }

    /// The last check that found it working.
    pub(super) fn last_success_at(&self) -> Option<OffsetDateTime> {
        self.last_success_at
    }

    /// The last check that did not.
    pub(super) fn last_error(&self) -> Option<&Check> {
        self.last_error.as_ref()
    }

    /// The wait before the next check by itself. The circuit breaker: what goes on failing is asked half as
    /// often each time, at least every five minutes. `chance` is in `[0, 1]`.
    pub(super) fn wait(&self, interval: Duration, chance: f64) -> Duration {
        let doublings = self.failures.saturating_sub(PATIENCE).min(16);
        let wait = interval.saturating_mul(1 << doublings).min(LONGEST_WAIT.max(interval));
        wait.mul_f64(1.0 - JITTER * chance.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(state: ConnectionState, minute: i64) -> Check {
        Check {
            at: OffsetDateTime::UNIX_EPOCH + time::Duration::minutes(minute),
            state,
            detail: String::new(),
            advice: None,
            http_status: None,
            request_id: None,
            duration_ms: 1,
            is_from_memory: false,
        }
    }

    #[test]
    fn what_goes_on_failing_is_asked_less_often_and_what_works_again_as_before() {
        let minute = Duration::from_mins(1);
        let mut memory = Memory::default();
        let mut waits = Vec::new();
        for number in 0..6 {
            memory.record(check(ConnectionState::Failing, number), Stage::Probe);
            waits.push(memory.wait(minute, 0.0).as_secs());
        }
        assert_eq!(waits, [60, 60, 120, 240, 300, 300]);
        assert_eq!(memory.wait(Duration::from_hours(1), 0.0), Duration::from_hours(1), "never sooner than asked");
        memory.record(check(ConnectionState::Works, 7), Stage::Ready);
        assert_eq!(memory.wait(minute, 0.0), minute);
        assert_eq!(memory.wait(minute, 1.0), Duration::from_secs(54));
    }

    #[test]
    fn fifty_checks_and_the_last_of_each_sort_are_kept() {
        let mut memory = Memory::default();
        for number in 0..60 {
            let state = if number == 3 { ConnectionState::Failing } else { ConnectionState::Works };
            memory.record(check(state, number), Stage::Ready);
        }
        assert_eq!(memory.checks().len(), MOST_CHECKS);
        assert_eq!(memory.checks()[0], check(ConnectionState::Works, 10));
        assert_eq!(memory.last_error(), Some(&check(ConnectionState::Failing, 3)));
        assert_eq!(memory.last_success_at(), Some(check(ConnectionState::Works, 59).at));
    }
}
