//! Drafts as they lie in their rows.

use super::moment;
use crate::domain::review::Draft;
use crate::server::storage::KeptDraft;

/// Drafts that one person keeps; the oldest makes room.
pub(in crate::server::storage) const MOST_DRAFTS: u32 = 50;

/// A draft as it lies in its row; `None` when it is of a version of the product that this one cannot read.
pub(in crate::server::storage) fn kept((data, kept_at): (String, i64)) -> Option<KeptDraft> {
    Some(KeptDraft { draft: serde_json::from_str(&data).ok()?, kept_at: moment(kept_at) })
}

/// Whether a draft in its row has the form of another one. One that cannot be read has not.
pub(in crate::server::storage) fn has_form_of(data: &str, other: &Draft) -> bool {
    serde_json::from_str(data).is_ok_and(|draft: Draft| draft.form == other.form)
}
