//! When a token is renewed and when it is no longer used, as fractions of its lifetime.

use std::time::Duration;

/// The lifetime that is assumed when neither the response nor the token states one.
pub(super) const DEFAULT_LIFETIME: Duration = Duration::from_mins(5);
/// Shorter lifetimes are raised to this one, so that no issuer can cause a tight loop of requests.
pub(super) const SHORTEST_LIFETIME: Duration = Duration::from_secs(1);
/// Longer lifetimes are lowered to this one, about 115 days.
pub(super) const LONGEST_LIFETIME: Duration = Duration::from_secs(10_000_000);

/// A token with a shorter lifetime is renewed at half of it: 80 % would leave too little time for the renewal.
const SHORT_LIFETIME: Duration = Duration::from_mins(2);
/// The longest reserve at the end of a lifetime, for the time that a call takes.
const LARGEST_RESERVE: Duration = Duration::from_secs(30);
/// The largest fraction by which the soft limit is brought forward, so that replicas do not renew together.
const LARGEST_JITTER: f64 = 0.05;

/// The two limits of a token's lifetime, counted from when it was requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Windows {
    /// From here on the token is renewed in the background, but still used.
    pub(super) soft: Duration,
    /// From here on the token is no longer used.
    pub(super) hard: Duration,
}

impl Windows {
    /// The limits for a lifetime L: `hard = L − min(30 s, L/10)`, `soft = 0.8·L` (seed 000,
    /// `OneConnect` by Shine) or `L/2` below two minutes, less up to 5 % of itself by `jitter` in `[0, 1]`.
    pub(super) fn of(lifetime: Duration, jitter: f64) -> Self {
        let share = if lifetime < SHORT_LIFETIME { 0.5 } else { 0.8 };
        let brought_forward = 1.0 - LARGEST_JITTER * jitter.clamp(0.0, 1.0);
        Self {
            soft: lifetime.mul_f64(share * brought_forward),
            hard: lifetime.saturating_sub(LARGEST_RESERVE.min(lifetime / 10)),
        }
    }
}

/// A lifetime as an issuer states it in seconds, limited to 1 s to 10⁷ s. `None` when the number is not a lifetime
/// (zero, negative or not finite).
pub(super) fn lifetime_from_secs(seconds: f64) -> Option<Duration> {
    (seconds.is_finite() && seconds > 0.0).then(|| {
        Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_LIFETIME).clamp(SHORTEST_LIFETIME, LONGEST_LIFETIME)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_limits_are_in_order_for_every_lifetime(seconds in 1..=10_000_000_u64, jitter in 0.0..=1.0) {
            let lifetime = Duration::from_secs(seconds);
            let Windows { soft, hard } = Windows::of(lifetime, jitter);
            prop_assert!(Duration::ZERO < soft && soft < hard && hard < lifetime);
            prop_assert!(soft >= lifetime.mul_f64(0.47), "no busy loop");
        }

        #[test]
        fn a_renewal_that_uses_its_whole_deadline_is_in_time(seconds in 120..=10_000_000_u64, jitter in 0.0..=1.0) {
            let Windows { soft, hard } = Windows::of(Duration::from_secs(seconds), jitter);
            prop_assert!(soft + crate::server::oauth::fetch::FETCH_DEADLINE <= hard);
        }

        #[test]
        fn any_number_gives_a_lifetime_within_bounds(seconds in any::<f64>()) {
            if let Some(lifetime) = lifetime_from_secs(seconds) {
                prop_assert!((SHORTEST_LIFETIME..=LONGEST_LIFETIME).contains(&lifetime));
            }
        }
    }

    #[test]
    fn the_limits_of_the_five_partners() {
        for (lifetime, soft, hard) in [(86_400, 69_120, 86_370), (3_600, 2_880, 3_570), (300, 240, 270), (60, 30, 54)] {
            let windows = Windows::of(Duration::from_secs(lifetime), 0.0);
            let off = windows.soft.abs_diff(Duration::from_secs(soft));
            assert!(off < Duration::from_millis(1), "L = {lifetime}, off by {off:?}");
            assert_eq!(windows.hard, Duration::from_secs(hard));
        }
    }
}
