//! The history of a connection's checks, day by day.

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use super::time_format;

/// For how many days the history of checks is kept.
pub const HISTORY_DAYS: u16 = 90;

/// The checks of a connection on one day in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayOfChecks {
    /// The day.
    pub day: Date,
    /// How many checks there were.
    pub checks: u32,
    /// How many of them found the connection working.
    pub working: u32,
    /// The 95th percentile, by nearest rank, of how long those took that called the partner, in milliseconds.
    pub p95_ms: Option<u32>,
    /// How long the connection was watched, in milliseconds.
    pub watched_ms: u32,
    /// How long of that it worked, in milliseconds.
    pub working_ms: u32,
}

/// The time from one check to the next, in which a connection counts as it was found at its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// When the earlier check ended.
    pub from: OffsetDateTime,
    /// When the later one ended.
    pub until: OffsetDateTime,
    /// Whether the earlier one found the connection working.
    pub is_working: bool,
}

/// How much of the time a connection worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uptime {
    /// In tenths of a per cent, rounded down: a connection that failed for a moment was not up all the time.
    pub per_mille: u32,
    /// The first day that it says something of, where days before that had checks: how long the connection worked on those
    /// was not kept.
    pub since: Option<Date>,
}

impl Uptime {
    /// Of days, the oldest first: the share of the time watched in which the connection worked. It is not a share of checks,
    /// because a connection that fails is checked less often; only where no day has two checks in a row there is nothing
    /// else. `None` without checks.
    pub fn of(days: &[DayOfChecks]) -> Option<Self> {
        let sum = |number: fn(&DayOfChecks) -> u32| days.iter().map(|day| u64::from(number(day))).sum::<u64>();
        let of_time = (sum(|day| day.working_ms) * 1_000).checked_div(sum(|day| day.watched_ms));
        let share = of_time.or_else(|| (sum(|day| day.working) * 1_000).checked_div(sum(|day| day.checks)))?;
        let timed = days.iter().position(|day| day.watched_ms > 0).filter(|first| *first > 0);
        let since = timed.and_then(|first| days.get(first)).map(|day| day.day);
        Some(Self { per_mille: u32::try_from(share).ok()?, since })
    }

    /// "100 %", "99.9 % since 3 Nov 2026".
    pub fn text(self) -> String {
        let since = self.since.map(|day| format!(" since {}", time_format::day(day))).unwrap_or_default();
        format!("{}{since}", percent(self.per_mille))
    }
}

/// A share for reading: "100 %", "99.9 %".
pub fn percent(per_mille: u32) -> String {
    match per_mille {
        1_000 => "100 %".to_owned(),
        _ => format!("{}.{} %", per_mille / 10, per_mille % 10),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn day(checks: u32, working: u32) -> DayOfChecks {
        DayOfChecks { day: date!(2026 - 11 - 22), checks, working, p95_ms: None, watched_ms: 0, working_ms: 0 }
    }

    fn said(days: &[DayOfChecks]) -> Option<String> {
        Uptime::of(days).map(Uptime::text)
    }

    #[test]
    fn a_connection_that_fails_is_checked_less_often_and_is_down_all_the_same() {
        // Twelve hours of a check each minute, then twelve of one each five minutes.
        let half = DayOfChecks { watched_ms: 86_400_000, working_ms: 43_200_000, ..day(720 + 144, 720) };
        assert_eq!(said(&[half]).as_deref(), Some("50.0 %"));
        let lost = DayOfChecks { watched_ms: 86_400_000, ..day(288, 0) };
        assert_eq!(said(&[half, lost]).as_deref(), Some("25.0 %"));
    }

    #[test]
    fn one_failure_is_enough_for_less_than_all_of_the_time() {
        assert_eq!(said(&[day(1_440, 1_440), day(1_440, 1_440)]).as_deref(), Some("100 %"));
        assert_eq!(said(&[day(1_440, 1_440), day(1_440, 1_439)]).as_deref(), Some("99.9 %"));
        assert_eq!(said(&[day(3, 0)]).as_deref(), Some("0.0 %"));
        assert_eq!(said(&[day(0, 0)]), None);
        assert_eq!(said(&[]), None);
    }

    #[test]
    fn days_of_before_time_was_kept_are_left_out_and_the_text_says_so() {
        let timed = DayOfChecks {
            day: date!(2026 - 11 - 23),
            watched_ms: 86_400_000,
            working_ms: 86_400_000,
            ..day(1_440, 1_440)
        };
        assert_eq!(said(&[day(288, 0), timed]).as_deref(), Some("100 % since 23 Nov 2026"));
        assert_eq!(said(&[timed]).as_deref(), Some("100 %"));
    }
}
