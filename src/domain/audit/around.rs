//! What the page of an entry shows around it: its proof, and other entries.

use serde::{Deserialize, Serialize};

use super::{AuditEntry, AuditFilter};

/// Whether an entry is as it was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryProof {
    /// Each of its records is in the tree that was signed.
    Proved {
        /// How many leaves the tree has.
        size: u64,
        /// Its root, in Base64.
        root: String,
        /// Its records.
        records: Vec<RecordProof>,
    },
    /// A record is not the one that was signed, or is not there.
    NotProved,
}

/// A record and its proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordProof {
    /// Intent, completion or resolution.
    pub kind: String,
    /// The place of its leaf.
    pub sequence: u64,
    /// The proof in the format of C2SP `tlog-proof`.
    pub text: String,
}

/// What other entries have in common with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Related {
    /// They came with the same request.
    Request,
    /// They are about the same object.
    Object,
    /// Their person acted in the same session.
    Session,
}

impl Related {
    /// The heading of the list.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Request => "In the same request",
            Self::Object => "About the same object",
            Self::Session => "In the same session",
        }
    }

    /// The link to all of them.
    pub const fn all(self) -> &'static str {
        match self {
            Self::Request => "Everything in this request",
            Self::Object => "Everything about this object",
            Self::Session => "Everything in this session",
        }
    }
}

/// Other entries that have something in common with one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedEntries {
    /// What they have in common.
    pub by: Related,
    /// The filter that finds all of them.
    pub filter: AuditFilter,
    /// The newest of them.
    pub entries: Vec<AuditEntry>,
    /// Whether time was up before enough were found: there may be more.
    pub is_stopped: bool,
}
