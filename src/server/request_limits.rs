//! How much each visitor may ask for.
//!
//! May import: nothing of this crate.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// When more visitors are known than this, those who have not made a request recently are dropped.
const MOST_VISITORS: usize = 10_000;

/// How many sign-ins an address may start for each request that a session may make. Behind a proxy, all people who are
/// not signed in share one address, so one script could use up a low limit for everybody. Starting a sign-in costs less
/// than any page: the provider is asked only when its discovery document is not cached.
const SIGN_INS: NonZeroU32 = NonZeroU32::new(20).expect("not zero");

/// The rate limit of each visitor.
#[derive(Clone, Debug)]
pub struct RequestLimit(Arc<DefaultKeyedRateLimiter<String>>);

/// The limits of a server. They count on when the configuration is read again, unless that has another number.
#[derive(Debug, Default)]
pub struct RequestLimits(Mutex<Option<LimitsOfOneNumber>>);

/// What each visitor may ask for where this is the number of the configuration.
#[derive(Clone, Debug)]
pub struct LimitsOfOneNumber {
    requests_per_minute: NonZeroU32,
    /// Pages and forms.
    pub requests: RequestLimit,
    /// Sign-ins that begin.
    pub sign_ins: RequestLimit,
    /// Callbacks that belong to no sign-in.
    pub stray_callbacks: RequestLimit,
}

impl RequestLimits {
    /// The limits for this number.
    pub fn of(&self, requests_per_minute: NonZeroU32) -> LimitsOfOneNumber {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(limits) = known.as_ref().filter(|limits| limits.requests_per_minute == requests_per_minute) {
            return limits.clone();
        }
        let limits = LimitsOfOneNumber {
            requests_per_minute,
            requests: RequestLimit::per_minute(requests_per_minute),
            sign_ins: RequestLimit::per_minute(requests_per_minute.saturating_mul(SIGN_INS)),
            stray_callbacks: RequestLimit::per_minute(requests_per_minute),
        };
        *known = Some(limits.clone());
        limits
    }
}

impl RequestLimit {
    /// A limit of `requests` in a minute for each visitor, all of which may come at once. Each limit counts separately.
    pub fn per_minute(requests: NonZeroU32) -> Self {
        Self(Arc::new(RateLimiter::keyed(Quota::per_minute(requests))))
    }

    /// Counts one request of a visitor.
    ///
    /// # Errors
    /// The number of seconds to wait, when the visitor has exceeded the limit.
    pub fn take(&self, visitor: String) -> Result<(), u64> {
        if self.0.len() > MOST_VISITORS {
            self.0.retain_recent();
        }
        self.0
            .check_key(&visitor)
            .map_err(|refused| refused.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_visitor_does_not_use_up_what_another_may() {
        let limit = RequestLimit::per_minute(NonZeroU32::new(3).unwrap());
        for _ in 0..3 {
            assert_eq!(limit.take("a".to_owned()), Ok(()));
        }
        let wait = limit.take("a".to_owned()).unwrap_err();
        assert!((1..=21).contains(&wait), "{wait}");
        assert_eq!(limit.take("b".to_owned()), Ok(()));
    }
}
