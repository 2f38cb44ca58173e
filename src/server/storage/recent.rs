//! What was read of a session or a person a moment ago. Every request asks twice about its session, and each question to
//! a database costs more than rendering a page.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::server::clock::Clock;

/// How long an answer is good. What this process changes is forgotten at once; what another process on the same database
/// changes is seen after so long.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// The most sessions or people of whom something is kept.
const CAPACITY: usize = 10_000;

/// The last answers about sessions, or about people. Cheap to clone.
#[derive(Clone)]
pub(super) struct Recent<K, V> {
    clock: Arc<dyn Clock>,
    answers: Arc<Mutex<Answers<K, V>>>,
}

struct Answers<K, V> {
    /// Counts what was forgotten: an answer that was asked for before that is not kept.
    generation: u64,
    by_key: HashMap<K, (V, Duration)>,
}

/// When a question was asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    generation: u64,
    at: Duration,
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, answers: Arc::new(Mutex::new(Answers { generation: 0, by_key: HashMap::new() })) }
    }

    /// The last answer, when it is still good; else when the question is asked.
    pub(super) fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Result<V, Asked>
    where
        K: Borrow<Q>,
    {
        let (at, answers) = (self.clock.monotonic(), self.lock());
        match answers.by_key.get(key) {
            Some((value, read_at)) if at.saturating_sub(*read_at) < GOOD_FOR => Ok(value.clone()),
            _ => Err(Asked { generation: answers.generation, at }),
        }
    }

    /// Keeps an answer, unless something was forgotten since it was asked for.
    pub(super) fn keep(&self, key: K, value: V, asked: Asked) {
        let mut answers = self.lock();
        if answers.generation != asked.generation {
            return;
        }
        if answers.by_key.len() >= CAPACITY {
            answers.by_key.retain(|_, (_, read_at)| asked.at.saturating_sub(*read_at) < GOOD_FOR);
        }
        if answers.by_key.len() < CAPACITY {
            answers.by_key.insert(key, (value, asked.at));
        }
    }

    /// Forgets what is known of one.
    fn forget(&self, key: &K) {
        let mut answers = self.lock();
        answers.generation += 1;
        answers.by_key.remove(key);
    }

    /// Forgets everything.
    fn forget_all(&self) {
        let mut answers = self.lock();
        answers.generation += 1;
        answers.by_key.clear();
    }

    /// Forgets one, or all, when it is dropped: also when whoever waits for the change goes away, because the
    /// database makes it all the same.
    pub(super) fn forget_at_the_end(&self, key: Option<K>) -> Forget<K, V> {
        let recent = Self { clock: Arc::clone(&self.clock), answers: Arc::clone(&self.answers) };
        Forget { recent, key }
    }

    /// Drops what is no longer good.
    pub(super) fn remove_old(&self) {
        let now = self.clock.monotonic();
        self.lock().by_key.retain(|_, (_, read_at)| now.saturating_sub(*read_at) < GOOD_FOR);
    }

    fn lock(&self) -> MutexGuard<'_, Answers<K, V>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets when it is dropped.
pub(super) struct Forget<K: Eq + Hash, V: Clone> {
    recent: Recent<K, V>,
    key: Option<K>,
}

impl<K: Eq + Hash, V: Clone> Drop for Forget<K, V> {
    fn drop(&mut self) {
        match &self.key {
            Some(key) => self.recent.forget(key),
            None => self.recent.forget_all(),
        }
    }
}

impl<K, V> fmt::Debug for Recent<K, V> {
    /// Without the answers: a session's id is its bearer.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Recent").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use tower_sessions::session::Id;

    use super::*;
    use crate::server::clock::ManualClock;

    fn recent() -> (Recent<Id, u32>, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 12:00 UTC)));
        (Recent::new(clock.clone()), clock)
    }

    #[test]
    fn an_answer_is_good_for_a_second() {
        let (recent, clock) = recent();
        let id = Id::default();
        let asked = recent.get(&id).unwrap_err();
        recent.keep(id, 7, asked);
        assert_eq!(recent.get(&id).ok(), Some(7));
        clock.advance(GOOD_FOR);
        assert_eq!(recent.get(&id).ok(), None);
    }

    #[test]
    fn an_answer_from_before_something_was_forgotten_is_not_kept() {
        let (recent, _clock) = recent();
        let (mine, other) = (Id::default(), Id::default());
        let asked = recent.get(&mine).unwrap_err();
        recent.forget(&other);
        recent.keep(mine, 7, asked);
        assert_eq!(recent.get(&mine).ok(), None);
    }

    #[test]
    fn what_is_forgotten_at_the_end_is_forgotten_though_nobody_waits_for_it() {
        let (recent, _clock) = recent();
        for id in [Some(Id::default()), None] {
            let known = id.unwrap_or_default();
            recent.keep(known, 7, recent.get(&known).unwrap_err());
            let forget = recent.forget_at_the_end(id);
            assert_eq!(recent.get(&known).ok(), Some(7));
            drop(forget);
            assert_eq!(recent.get(&known).ok(), None);
        }
    }

    #[test]
    fn a_full_memory_keeps_what_is_good_and_no_more() {
        let (recent, clock) = recent();
        let first = Id::default();
        let asked = recent.get(&first).unwrap_err();
        recent.keep(first, 0, asked);
        (1..CAPACITY).for_each(|_| recent.keep(Id::default(), 1, asked));
        let late = Id::default();
        recent.keep(late, 2, recent.get(&late).unwrap_err());
        assert_eq!((recent.get(&first).ok(), recent.get(&late).ok()), (Some(0), None));
        clock.advance(GOOD_FOR);
        recent.keep(late, 2, recent.get(&late).unwrap_err());
        assert_eq!(recent.get(&late).ok(), Some(2));
    }
}
