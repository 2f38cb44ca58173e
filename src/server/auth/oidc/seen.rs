//! What has been used and must not be used again, for as long as it could be.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most things that are remembered; the one that ends first makes room.
const MOST: usize = 10_000;

/// Ids of what has been used, with the time from which they are too old anyway, in seconds since 1970.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<HashMap<String, i64>>);

impl Seen {
    /// Whether it has been used.
    pub(super) fn has(&self, id: &str, now: i64) -> bool {
        self.current(now).contains_key(id)
    }

    /// Notes that it is used; `false` when it has been before.
    pub(super) fn note(&self, id: String, now: i64, until: i64) -> bool {
        let mut seen = self.current(now);
        if seen.len() >= MOST {
            let first = seen.iter().min_by_key(|(_, until)| **until).map(|(id, _)| id.clone());
            first.map(|id| seen.remove(&id));
        }
        seen.insert(id, until).is_none()
    }

    fn current(&self, now: i64) -> MutexGuard<'_, HashMap<String, i64>> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, until| *until > now);
        seen
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
