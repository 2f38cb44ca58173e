//! How long to wait before the next token request after a failure.

use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::failure::{Class, Failure};

/// The first and the longest wait after a transient failure. An issuer that recovers is used within the longest.
const TRANSIENT: (Duration, Duration) = (Duration::from_secs(1), LONGEST_TRANSIENT);
/// The first and the longest wait after a refusal, which a retry does not change.
const REFUSED: (Duration, Duration) = (Duration::from_secs(30), Duration::from_mins(15));
/// The longest `Retry-After` that is honoured after a 429.
const LONGEST_RETRY_AFTER: Duration = Duration::from_mins(15);
/// The shortest wait after a 429, whatever its `Retry-After`.
const SHORTEST_RETRY_AFTER: Duration = Duration::from_secs(1);

/// The longest time from one request to the next after a transient failure.
pub(super) const LONGEST_TRANSIENT: Duration = Duration::from_mins(1);

/// The wait after `failure`, the `streak`-th of its class in a row (counted from 0). `jitter` is in `[0, 1]`. Transient
/// failures use full jitter, so that replicas do not retry at the same time.
pub(super) fn wait_after(failure: &Failure, streak: u32, jitter: f64) -> Duration {
    let transient = doubled(TRANSIENT, streak).mul_f64(jitter.clamp(0.0, 1.0));
    match failure {
        Failure::Refused { .. } => doubled(REFUSED, streak),
        Failure::RateLimited { retry_after, .. } => {
            retry_after.unwrap_or(transient).clamp(SHORTEST_RETRY_AFTER, LONGEST_RETRY_AFTER)
        }
        Failure::Unavailable { retry_after, .. } => retry_after.unwrap_or_default().clamp(transient, LONGEST_TRANSIENT),
        Failure::Unreadable { .. } => transient,
    }
}

/// How many failures of this class came before this one in a row.
pub(super) fn streak(last: Option<(Class, u32)>, class: Class) -> u32 {
    match last {
        Some((before, streak)) if before == class => streak.saturating_add(1),
        _ => 0,
    }
}

fn doubled((first, longest): (Duration, Duration), streak: u32) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(streak)).min(longest)
}

/// Reads `Retry-After` (RFC 9110 §10.2.3): seconds or an HTTP date, `None` for anything else.
pub(super) fn retry_after(value: &str, now: OffsetDateTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let at = OffsetDateTime::parse(value, &Rfc2822).ok()?;
    Some((at - now).try_into().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::server::oauth::error::{AnswerFault, Outage};

    fn refused() -> Failure {
        Failure::Refused { status: 401, code: None, description: None, request_id: None }
    }

    fn rate_limited(header: &str) -> Failure {
        Failure::RateLimited { retry_after: retry_after(header, datetime!(2026-03-01 12:00 UTC)), request_id: None }
    }

    #[test]
    fn retry_after_is_honoured_or_capped() {
        for (header, seconds) in [
            ("120", 120),
            (" 7 ", 7),
            ("0", 1),
            ("Sun, 01 Mar 2026 12:02:00 GMT", 120),
            ("Sun, 01 Mar 2026 11:00:00 GMT", 1),
            ("Sun, 01 Mar 2036 12:00:00 GMT", 900),
            ("315360000", 900),
            ("99999999999999999999999999", 900),
            ("", 8),
            ("soon", 8),
            ("-5", 8),
            ("1.5", 8),
            ("Sun, 99 Foo 2026 12:00:00 GMT", 8),
        ] {
            let wait = wait_after(&rate_limited(header), 3, 1.0);
            assert_eq!(wait, Duration::from_secs(seconds), "{header:?}");
        }
    }

    #[test]
    fn a_failure_that_will_pass_is_waited_out_from_one_second_to_one_minute() {
        let failure = Failure::Unreadable { what: AnswerFault::Html, request_id: None };
        let waits: Vec<u64> = (0..8).map(|streak| wait_after(&failure, streak, 1.0).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(wait_after(&failure, 40, 0.0), Duration::ZERO, "full jitter");
    }

    #[test]
    fn an_outage_with_a_retry_after_keeps_to_one_minute() {
        for (seconds, wait) in [(5, 5), (3_600, 60)] {
            let failure = Failure::Unavailable {
                kind: Outage::Status(503),
                retry_after: Some(Duration::from_secs(seconds)),
                request_id: None,
            };
            assert_eq!(wait_after(&failure, 0, 0.5), Duration::from_secs(wait));
        }
    }

    #[test]
    fn a_refusal_is_waited_out_from_half_a_minute_to_fifteen() {
        let waits: Vec<u64> = (0..7).map(|streak| wait_after(&refused(), streak, 0.5).as_secs()).collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900]);
    }

    #[test]
    fn a_streak_ends_with_another_class() {
        assert_eq!(streak(None, Class::Refused), 0);
        assert_eq!(streak(Some((Class::Refused, 4)), Class::Refused), 5);
        assert_eq!(streak(Some((Class::Transient, 9)), Class::Refused), 0);
    }
}
