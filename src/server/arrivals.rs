//! Who has arrived through a proxy that signs people in: there is no sign-in here that could be recorded, so the first
//! request after a while is.
//!
//! May import: `expiring_map`.

use std::time::Duration;

use super::expiring_map::ExpiringMap;

/// How many people are remembered.
const CAPACITY: usize = 10_000;

/// Who was here within the time that a session lasts without a request.
#[derive(Debug)]
pub struct Arrivals(ExpiringMap<(String, Option<String>), Duration, Duration>);

impl Default for Arrivals {
    fn default() -> Self {
        Self(ExpiringMap::new(CAPACITY))
    }
}

impl Arrivals {
    /// Whether a person, from an address, was not here within `idle`. They are from now on. `now` is monotonic.
    pub fn is_new(&self, subject: &str, peer: Option<&str>, now: Duration, idle: Duration) -> bool {
        let key = (subject.to_owned(), peer.map(str::to_owned));
        match self.0.get(&key, now) {
            // Kept anew once in a while: a page asks for several things.
            Some(since) if now.saturating_sub(since) < idle / 2 => false,
            seen => {
                self.0.insert(key, now, now, now + idle);
                seen.is_none()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Duration = Duration::from_mins(30);

    #[test]
    fn a_person_arrives_again_after_they_were_away_for_long_enough() {
        let arrivals = Arrivals::default();
        let mut now = Duration::ZERO;
        assert!(arrivals.is_new("ada", None, now, IDLE));
        for _ in 0..10 {
            now += IDLE / 2;
            assert!(!arrivals.is_new("ada", None, now, IDLE), "they never left");
        }
        assert!(arrivals.is_new("ada", Some("10.2.14.7"), now, IDLE), "from another address");
        assert!(arrivals.is_new("grace", None, now, IDLE));
        assert!(arrivals.is_new("ada", None, now + IDLE, IDLE));
    }
}
