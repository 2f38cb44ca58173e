//! A map in memory whose entries expire: bounded, so that nobody can fill the memory with entries.
//!
//! May import: std, and nothing of this crate. The caller brings the time, on whatever clock it uses.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Values by key, each until a time of type `T`, such as a monotonic `Duration`.
pub struct ExpiringMap<K, V, T> {
    capacity: usize,
    entries: Mutex<HashMap<K, (V, T)>>,
}

/// What an insertion did to other entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inserted {
    /// Whether there was an entry with the same key, which is replaced.
    pub is_replacement: bool,
    /// Whether the map was full, so that the entry that expires first was dropped.
    pub has_evicted: bool,
}

impl<K: Eq + Hash + Clone, V, T: Copy + Ord> ExpiringMap<K, V, T> {
    /// An empty map for at most `capacity` entries.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, entries: Mutex::default() }
    }

    /// Keeps a value until `expiry`. A full map drops the entry that expires first.
    pub fn insert(&self, key: K, value: V, now: T, expiry: T) -> Inserted {
        let mut entries = self.current(now);
        let has_evicted = entries.len() >= self.capacity && !entries.contains_key(&key);
        if has_evicted {
            let first = entries.iter().min_by_key(|(_, (_, expiry))| *expiry).map(|(key, _)| key.clone());
            first.map(|first| entries.remove(&first));
        }
        Inserted { is_replacement: entries.insert(key, (value, expiry)).is_some(), has_evicted }
    }

    /// Whether there is a value that has not expired.
    pub fn contains(&self, key: &K, now: T) -> bool {
        self.current(now).contains_key(key)
    }

    /// A copy of a value that has not expired.
    pub fn get(&self, key: &K, now: T) -> Option<V>
    where
        V: Clone,
    {
        self.current(now).get(key).map(|(value, _)| value.clone())
    }

    /// Takes a value out. Of concurrent callers, one gets it. It may have expired, unless it was looked at before.
    pub fn remove(&self, key: &K) -> Option<V> {
        self.lock().remove(key).map(|(value, _)| value)
    }

    /// The key of some value that fits. It may have expired.
    pub fn find_key(&self, fits: impl Fn(&V) -> bool) -> Option<K> {
        self.lock().iter().find(|(_, (value, _))| fits(value)).map(|(key, _)| key.clone())
    }

    /// The entries without those that have expired.
    fn current(&self, now: T) -> MutexGuard<'_, HashMap<K, (V, T)>> {
        let mut entries = self.lock();
        entries.retain(|_, (_, expiry)| now < *expiry);
        entries
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, (V, T)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V, T> fmt::Debug for ExpiringMap<K, V, T> {
    /// Without the entries: they are often secrets.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ExpiringMap").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_there_until_it_expires() {
        let map = ExpiringMap::new(10);
        map.insert("a", 1, 100, 200);
        assert_eq!((map.get(&"a", 199), map.get(&"a", 200)), (Some(1), None));
        assert!(!map.contains(&"a", 100), "it is gone");
    }

    #[test]
    fn a_full_map_drops_what_expires_first_and_refuses_nothing() {
        let map = ExpiringMap::new(2);
        map.insert("first", 1, 0, 10);
        assert!(!map.insert("second", 2, 0, 20).has_evicted);
        assert!(map.insert("second", 3, 0, 20).is_replacement);
        assert!(map.insert("third", 4, 0, 20).has_evicted);
        assert!(!map.contains(&"first", 0) && map.contains(&"second", 0) && map.contains(&"third", 0));
    }

    #[test]
    fn a_value_is_taken_once_and_never_printed() {
        let map = ExpiringMap::new(2);
        map.insert("a", "canary", 0, 10);
        assert!(!format!("{map:?}").contains("canary"));
        assert_eq!((map.find_key(|value| *value == "canary"), map.find_key(|_| false)), (Some("a"), None));
        assert_eq!((map.remove(&"a"), map.remove(&"a")), (Some("canary"), None));
    }
}
