//! Time as the server sees it: the only place that reads the machine's clocks.
//!
//! Imports `std` and `time` alone.

use std::fmt::Debug;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use time::OffsetDateTime;

/// A source of time that a test can replace.
pub trait Clock: Send + Sync + Debug {
    /// The wall clock, in UTC: it jumps when someone sets it and runs on while the machine sleeps.
    fn now(&self) -> OffsetDateTime;

    /// Time since a fixed but arbitrary origin: it never jumps and may stop while the machine sleeps.
    fn monotonic(&self) -> Duration;

    /// Both clocks, read together.
    fn moment(&self) -> Moment {
        Moment { wall: self.now(), monotonic: self.monotonic() }
    }
}

/// One reading of both clocks, or a deadline on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// What [`Clock::now`] says.
    pub wall: OffsetDateTime,
    /// What [`Clock::monotonic`] says.
    pub monotonic: Duration,
}

impl Moment {
    /// The moment that comes `wait` later on both clocks.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        let step = time::Duration::try_from(wait).unwrap_or(time::Duration::MAX);
        Self { wall: self.wall.saturating_add(step), monotonic: self.monotonic.saturating_add(wait) }
    }

    /// Whether this deadline has passed at `now`: it has as soon as one of the two clocks says so,
    /// because either may have stood still or been set back.
    #[must_use]
    pub fn is_past(self, now: Self) -> bool {
        now.wall >= self.wall || now.monotonic >= self.monotonic
    }

    /// The deadline that has passed as soon as one of two has.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self { wall: self.wall.min(other.wall), monotonic: self.monotonic.min(other.monotonic) }
    }

    /// How far the wall clock was set back between this moment and `now`; zero when it was not.
    #[must_use]
    pub fn set_back_by(self, now: Self) -> Duration {
        let went_by = now.monotonic.saturating_sub(self.monotonic);
        (self.after(went_by).wall - now.wall).try_into().unwrap_or(Duration::ZERO)
    }
}

/// The clocks of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }

    fn monotonic(&self) -> Duration {
        static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
        ORIGIN.elapsed()
    }
}

/// Clocks that stand still until a test moves them.
#[derive(Debug)]
pub struct ManualClock(Mutex<Moment>);

impl ManualClock {
    /// A wall clock that shows `wall`, and a monotonic clock at one day.
    #[must_use]
    pub fn new(wall: OffsetDateTime) -> Self {
        Self(Mutex::new(Moment { wall, monotonic: Duration::from_hours(24) }))
    }

    /// Lets time pass: both clocks move on.
    pub fn advance(&self, by: Duration) {
        self.change(|moment| *moment = moment.after(by));
    }

    /// Sets the wall clock forwards or back; alone, a step forwards is what a suspended machine sees.
    pub fn step_wall(&self, by: time::Duration) {
        self.change(|moment| moment.wall = moment.wall.saturating_add(by));
    }

    /// Moves the monotonic clock alone.
    pub fn step_monotonic(&self, by: Duration) {
        self.change(|moment| moment.monotonic = moment.monotonic.saturating_add(by));
    }

    fn change(&self, change: impl FnOnce(&mut Moment)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> OffsetDateTime {
        self.moment().wall
    }

    fn monotonic(&self) -> Duration {
        self.moment().monotonic
    }

    fn moment(&self) -> Moment {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_has_passed_when_either_clock_says_so() {
        let clock = ManualClock::new(OffsetDateTime::UNIX_EPOCH);
        let deadline = clock.moment().after(Duration::from_mins(1));
        assert!(!deadline.is_past(clock.moment()));
        clock.step_wall(time::Duration::MINUTE);
        assert!(deadline.is_past(clock.moment()), "the wall clock alone");
        clock.step_wall(-time::Duration::DAY);
        clock.step_monotonic(Duration::from_mins(1));
        assert!(deadline.is_past(clock.moment()), "the monotonic clock alone");
    }

    #[test]
    fn setting_the_wall_clock_back_is_noticed_and_time_passing_is_not() {
        let clock = ManualClock::new(OffsetDateTime::UNIX_EPOCH);
        let start = clock.moment();
        clock.advance(Duration::from_hours(2));
        assert_eq!(start.set_back_by(clock.moment()), Duration::ZERO);
        clock.step_wall(-time::Duration::HOUR);
        assert_eq!(start.set_back_by(clock.moment()), Duration::from_hours(1));
        clock.step_wall(time::Duration::DAY);
        assert_eq!(start.set_back_by(clock.moment()), Duration::ZERO);
    }

    #[test]
    fn a_deadline_beyond_the_end_of_the_calendar_does_not_panic() {
        let moment = SystemClock.moment().after(Duration::MAX);
        assert!(!moment.is_past(SystemClock.moment()));
    }
}
