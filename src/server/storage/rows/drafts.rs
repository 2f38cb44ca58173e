//! Drafts as they lie in their rows.

use super::moment;
use crate::server::storage::KeptDraft;

/// Drafts that one person keeps; the oldest makes room.
pub(in crate::server::storage) const MOST_DRAFTS: u32 = 50;

/// A draft as it lies in its row; `None` when it is of a version of the product that this one cannot read.
pub(in crate::server::storage) fn kept((data, kept_at): (String, i64)) -> Option<KeptDraft> {
    Some(KeptDraft { draft: serde_json::from_str(&data).ok()?, kept_at: moment(kept_at) })
}
