//! Values in memory, and whether the database has them.

use std::collections::BTreeMap;

/// A value, and whether the database has it.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept<T> {
    pub(super) value: T,
    pub(super) is_kept: bool,
}

/// The keys of those that the database does not have.
pub(super) fn unkept<K: Clone, T>(all: &BTreeMap<K, Kept<T>>) -> Vec<K> {
    all.iter().filter(|(_, kept)| !kept.is_kept).map(|(key, _)| key.clone()).collect()
}

/// Notes that the database has a value, unless it is another one by now.
pub(super) fn note_kept<T: PartialEq>(kept: Option<&mut Kept<T>>, written: &T) {
    if let Some(kept) = kept {
        kept.is_kept = kept.value == *written;
    }
}
