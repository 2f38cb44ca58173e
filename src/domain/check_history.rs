//! The newest checks of a connection: how far they got, since when it is so, and how long they took.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::check::{Check, ConnectionState};

/// How many checks of a connection are shown one by one.
pub const MOST_CHECKS: u32 = 50;

/// How far a check got (the onboarding steps of seed 000: credentials, token, health, ready).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The credentials are missing, or were refused.
    Credentials,
    /// The token endpoint issued no token.
    Token,
    /// The probe failed.
    Probe,
    /// Every step succeeded.
    Ready,
}

impl Stage {
    /// The name in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Token => "token",
            Self::Probe => "probe",
            Self::Ready => "ready",
        }
    }

    /// The inverse of [`Stage::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Credentials, Self::Token, Self::Probe, Self::Ready].into_iter().find(|stage| stage.code() == code)
    }
}

/// What is known of a connection's checks from before the last start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptChecks {
    /// The newest checks with how far they got, the oldest first; at most [`MOST_CHECKS`].
    pub checks: Vec<(Check, Stage)>,
    /// When the present state was found first.
    pub since: Option<OffsetDateTime>,
    /// The newest check that found the connection working.
    pub last_success_at: Option<OffsetDateTime>,
    /// The newest check that did not.
    pub last_error: Option<Check>,
}

/// The 95th percentile, by nearest rank, of how long the checks took that worked and called the partner, in
/// milliseconds. `None` when there was none.
pub fn p95(checks: &[Check]) -> Option<u32> {
    let answered = checks.iter().filter(|check| check.state.is_working() && !check.is_from_memory);
    let mut durations: Vec<u32> = answered.map(|check| check.duration_ms).collect();
    durations.sort_unstable();
    let rank = (durations.len() * 95).div_ceil(100);
    durations.get(rank.checked_sub(1)?).copied()
}

/// Since when a connection is in its present state: from the check that found it first.
pub fn since(known: Option<(ConnectionState, OffsetDateTime)>, check: &Check) -> OffsetDateTime {
    match known {
        Some((state, since)) if state == check.state => since,
        _ => check.at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_95th_percentile_is_a_duration_that_was_measured() {
        let works = |duration| Check::sample(ConnectionState::Works, duration);
        let twenty: Vec<_> = (1..=20).rev().map(works).collect();
        assert_eq!(p95(&twenty), Some(19));
        assert_eq!(p95(&[works(7)]), Some(7));
        let none = [
            Check::sample(ConnectionState::Failing, 9),
            Check { is_from_memory: true, ..Check::sample(ConnectionState::Works, 0) },
        ];
        assert_eq!(p95(&none), None, "neither a failure nor a token from memory says how fast the partner is");
    }

    #[test]
    fn every_stage_has_a_code_of_its_own() {
        for stage in [Stage::Credentials, Stage::Token, Stage::Probe, Stage::Ready] {
            assert_eq!(Stage::from_code(stage.code()), Some(stage));
        }
    }
}
