//! What may be used only once, such as the state of a sign-in: remembered for as long as it is valid.

use crate::server::expiring_map::ExpiringMap;

/// How many ids are remembered; when there are more, the one that expires first is dropped.
const CAPACITY: usize = 10_000;

/// Ids that have been used. Times are seconds since 1970.
#[derive(Debug)]
pub(super) struct Seen(ExpiringMap<String, (), i64>);

impl Seen {
    /// Whether the id has been used.
    pub(super) fn has(&self, id: &str, now: i64) -> bool {
        self.0.contains(&id.to_owned(), now)
    }

    /// Records that the id is used. Returns `false` when it has been used before.
    pub(super) fn note(&self, id: String, now: i64, expiry: i64) -> bool {
        !self.0.insert(id, (), now, expiry).is_replacement
    }
}

impl Default for Seen {
    fn default() -> Self {
        Self(ExpiringMap::new(CAPACITY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_is_used_once_until_it_is_too_old() {
        let seen = Seen::default();
        assert!(!seen.has("a", 100));
        assert!(seen.note("a".to_owned(), 100, 200));
        assert!(seen.has("a", 199) && !seen.note("a".to_owned(), 150, 200));
        assert!(!seen.has("b", 199));
        assert!(!seen.has("a", 200));
    }

    #[test]
    fn a_flood_pushes_out_what_ends_first_and_is_never_refused() {
        let seen = Seen::default();
        assert!(seen.note("first".to_owned(), 0, 1_000));
        for number in 0..10_000 {
            assert!(seen.note(number.to_string(), 0, 2_000));
        }
        assert!(!seen.has("first", 0) && seen.has("9999", 0));
    }
}
