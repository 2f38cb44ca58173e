//! Entries with their leaves, and as they were at an earlier moment, before some of their records were written.

use std::collections::HashMap;

use crate::domain::audit::AuditEntry;
use crate::server::storage::{KeptLeaf, RecordKind};

/// Leaves by the numbers of their entries, in their order.
pub(super) fn by_entry(leaves: Vec<KeptLeaf>) -> HashMap<i64, Vec<KeptLeaf>> {
    let mut of_entry: HashMap<i64, Vec<KeptLeaf>> = HashMap::new();
    for leaf in leaves {
        of_entry.entry(leaf.stands_for.1).or_default().push(leaf);
    }
    of_entry
}

/// An entry as it was when the tree had so many leaves; `leaves` are its own.
pub(super) fn as_it_was(mut entry: AuditEntry, leaves: &[KeptLeaf], size: u64) -> AuditEntry {
    let has = |record: RecordKind| leaves.iter().any(|leaf| leaf.sequence < size && leaf.stands_for.0 == record.code());
    if !has(RecordKind::Completion) {
        (entry.completion, entry.completed_at) = (None, None);
    }
    if !has(RecordKind::Resolution) {
        entry.resolution = None;
    }
    entry
}
