//! When the next call of a partner may begin, from how the calls before it went. No I/O and no clock.

use std::time::Duration;

use crate::domain::failure::PartnerFailure;

/// The first and the longest pause after a failure; each failure in a row doubles it.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(5));
/// The longest `Retry-After` that is honoured.
const LONGEST_RETRY_AFTER: Duration = Duration::from_mins(15);
/// The slowest that failures make the calls, as a part of the full rate.
const SLOWEST: f64 = 1.0 / 16.0;
/// How much of the full rate each success gives back.
const RECOVERY: f64 = 1.0 / 100.0;

/// When the next call may begin. Times are those of a monotonic clock.
#[derive(Debug)]
pub(super) struct Rhythm {
    /// The time between two calls at the full rate.
    interval: Duration,
    /// The part of the full rate that is used, from [`SLOWEST`] to 1.
    speed: f64,
    /// No call begins before this.
    next: Duration,
    /// How many waves of failures there were in a row.
    streak: u32,
    /// Counts the waves of failures since the start.
    wave: u64,
}

/// Which waves of failures a call has seen: one that began before the last wave is part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Began {
    wave: u64,
}

impl Rhythm {
    /// A rhythm of `calls_per_second`.
    pub(super) fn new(calls_per_second: u32) -> Self {
        let interval = Duration::from_secs(1) / calls_per_second.max(1);
        Self { interval, speed: 1.0, next: Duration::ZERO, streak: 0, wave: 0 }
    }

    /// Begins a call at `now`.
    ///
    /// # Errors
    /// How long to wait before asking again.
    pub(super) fn begin(&mut self, now: Duration) -> Result<Began, Duration> {
        match self.next.saturating_sub(now) {
            Duration::ZERO => {
                self.next = now.saturating_add(self.interval.div_f64(self.speed));
                Ok(Began { wave: self.wave })
            }
            wait => Err(wait),
        }
    }

    /// The partner answered a call. Failures end with the first answer to a call that began after them.
    pub(super) fn answered(&mut self, began: Began) {
        if began.wave == self.wave {
            self.streak = 0;
            self.speed = (self.speed + RECOVERY).min(1.0);
        }
    }

    /// The partner was away, or asked for fewer calls. Calls that ran at the same time and failed too count as one failure.
    /// `jitter` is in `[0, 1]`.
    pub(super) fn failed(&mut self, began: Began, now: Duration, failure: &PartnerFailure, jitter: f64) {
        let asked = wait_asked_for(failure);
        let mut pause = asked;
        if began.wave == self.wave {
            pause = asked.max(pause_after(self.streak, jitter));
            self.streak = self.streak.saturating_add(1);
            self.wave += 1;
            self.speed = (self.speed / 2.0).max(SLOWEST);
        }
        self.next = self.next.max(now.saturating_add(pause));
    }

    /// How long no call begins because of failures. `None` when the partner answers.
    pub(super) fn pause(&self, now: Duration) -> Option<Duration> {
        (self.streak > 0).then(|| self.next.saturating_sub(now))
    }

    /// How many calls may begin in a second, at present.
    pub(super) fn calls_per_second(&self) -> f64 {
        self.speed / self.interval.as_secs_f64()
    }
}

/// How long the partner asks to be left alone, as far as that is honoured.
pub(super) fn wait_asked_for(failure: &PartnerFailure) -> Duration {
    Duration::from_secs(failure.retry_after.unwrap_or(0).into()).min(LONGEST_RETRY_AFTER)
}

/// The pause after the `streak`-th failure in a row, counted from 0: from half of what it may be to all of it.
fn pause_after(streak: u32, jitter: f64) -> Duration {
    let longest = PAUSES.0.saturating_mul(2_u32.saturating_pow(streak)).min(PAUSES.1);
    longest.mul_f64(jitter.clamp(0.0, 1.0).midpoint(1.0))
}

#[cfg(test)]
#[path = "rhythm_test.rs"]
mod tests;
