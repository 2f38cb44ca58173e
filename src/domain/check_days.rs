//! The history of a connection's checks, day by day.

use serde::{Deserialize, Serialize};
use time::Date;

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
}

/// The share of checks that found a connection working, in tenths of a per cent, rounded down: a connection that failed
/// once was not up all the time. `None` without checks.
pub fn uptime_per_mille(days: &[DayOfChecks]) -> Option<u32> {
    let sum = |number: fn(&DayOfChecks) -> u32| days.iter().map(|day| u64::from(number(day))).sum::<u64>();
    let share = (sum(|day| day.working) * 1_000).checked_div(sum(|day| day.checks))?;
    u32::try_from(share).ok()
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
        DayOfChecks { day: date!(2026 - 11 - 22), checks, working, p95_ms: None }
    }

    #[test]
    fn one_failure_is_enough_for_less_than_all_of_the_time() {
        assert_eq!(uptime_per_mille(&[day(1_440, 1_440), day(1_440, 1_440)]).map(percent).as_deref(), Some("100 %"));
        assert_eq!(uptime_per_mille(&[day(1_440, 1_440), day(1_440, 1_439)]).map(percent).as_deref(), Some("99.9 %"));
        assert_eq!(uptime_per_mille(&[day(3, 0)]).map(percent).as_deref(), Some("0.0 %"));
        assert_eq!(uptime_per_mille(&[day(0, 0)]), None);
        assert_eq!(uptime_per_mille(&[]), None);
    }
}
