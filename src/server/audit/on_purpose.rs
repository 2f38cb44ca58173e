//! What is missing of a log on purpose: a log says itself what was pruned and erased, and what it does not say is damage.

use std::collections::BTreeSet;

use serde_json::Value;

use super::broken::Broken;
use super::said::{after, is_of};
use crate::domain::audit::{Action, ERASED_ENTRIES, PRUNED_UNTIL, ranges};
use crate::server::storage::{Record, RecordKind};

/// The part of a record that may be erased.
pub(super) const ERASABLE: &str = "actor";
/// What is left of it, as the parts have it: nothing else may stand in the place of whom an entry named.
const ERASED: &str = r#"{"email":null,"groups":"[]","name":"","peer":null,"role":"","session":null,"subject":""}"#;

/// Whether a part was erased: its salt is gone, and so is what it said.
pub(super) fn is_erased(record: &Record, part: &str, salt: &[u8], text: &str) -> bool {
    part == ERASABLE && record.kind == RecordKind::Intent && salt.iter().all(|byte| *byte == 0) && text == ERASED
}

/// What is missing, and what the log says of it.
#[derive(Debug, Default)]
pub(super) struct OnPurpose {
    /// The leaves before this one are gone.
    pub(super) pruned: u64,
    /// Entries that name nobody any more.
    pub(super) erased: BTreeSet<i64>,
    pruned_by_entry: u64,
    erased_by_entry: BTreeSet<i64>,
}

impl OnPurpose {
    /// The leaves before this one are gone.
    pub(super) fn pruned(pruned: u64) -> Self {
        Self { pruned, ..Self::default() }
    }

    /// Takes in what a record says was to be pruned or erased. It is what its leaf commits to.
    pub(super) fn read(&mut self, record: &Record) {
        if is_of(record, Action::Retention) {
            let until = after(record, PRUNED_UNTIL).and_then(|value| value.as_str()?.parse().ok());
            self.pruned_by_entry = self.pruned_by_entry.max(until.unwrap_or(0));
        } else if is_of(record, Action::Erasure) {
            let entries = after(record, ERASED_ENTRIES);
            let texts = entries.as_ref().and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            self.erased_by_entry.extend(texts.filter_map(ranges::read).flatten());
        }
    }

    /// Whether the log says so of everything that is missing.
    pub(super) fn check(&self) -> Result<(), Broken> {
        if self.pruned > self.pruned_by_entry {
            return Err(Broken::Pruned { pruned: self.pruned });
        }
        match self.erased.difference(&self.erased_by_entry).next() {
            Some(&entry) => Err(Broken::Erased { entry }),
            None => Ok(()),
        }
    }
}
