//! An entry as it was at an earlier moment, before some of its records were written.

use crate::domain::audit::AuditEntry;
use crate::server::storage::{KeptLeaf, RecordKind};

/// An entry with its leaves as it was when the tree had so many leaves.
pub(super) fn as_it_was(mut entry: AuditEntry, mut leaves: Vec<KeptLeaf>, size: u64) -> (AuditEntry, Vec<KeptLeaf>) {
    leaves.retain(|leaf| leaf.sequence < size);
    let has = |record: RecordKind| leaves.iter().any(|leaf| leaf.stands_for.0 == record.code());
    if !has(RecordKind::Completion) {
        (entry.completion, entry.completed_at) = (None, None);
    }
    if !has(RecordKind::Resolution) {
        entry.resolution = None;
    }
    (entry, leaves)
}
