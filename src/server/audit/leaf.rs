//! The leaf of a record: a small envelope that names the record and commits to its parts, each with a salt of its own.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::said::is_of_the_log;
use super::tree::{Hash, leaf_hash};
use crate::server::hexadecimal::hex;
use crate::server::storage::{KeptLeaf, KeptRecord, PARTS, Record, RecordKind, Source};

/// The version of the envelope. Another one may have other members.
pub(super) const VERSION: u32 = 1;
/// How an envelope calls a record that was written with its leaf, and one of before there was a tree.
const WRITTEN: &str = "written";
pub(super) const TAKEN_OVER: &str = "taken_over";
/// The bytes of a salt.
pub(super) const SALT: usize = 32;

/// What is hashed of a record. Its members are in the order in which they are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Envelope {
    pub(super) version: u32,
    pub(super) sequence: u64,
    /// The kind of record.
    pub(super) record: String,
    pub(super) entry: i64,
    pub(super) time: String,
    /// Whether it was written with its leaf, or was there before there was a tree.
    pub(super) source: String,
    /// In hexadecimal: SHA-256 of the salt and the part.
    pub(super) actor: String,
    pub(super) target: String,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) detail: String,
}

impl Envelope {
    /// The envelope of a record, at its place in the tree. `salts` are those of its parts.
    pub(super) fn of(record: &Record, sequence: u64, source: Source, salts: &[[u8; SALT]; PARTS.len()]) -> Self {
        let mut commitments = salts.iter().zip(&record.parts).map(|(salt, part)| hex(&commitment(salt, part)));
        let mut next = || commitments.next().unwrap_or_default();
        Self {
            version: VERSION,
            sequence,
            record: record.kind.code().to_owned(),
            entry: record.entry_id,
            time: record.at.clone(),
            source: match source {
                Source::Written => WRITTEN,
                Source::TakenOver => TAKEN_OVER,
            }
            .to_owned(),
            actor: next(),
            target: next(),
            before: next(),
            after: next(),
            detail: next(),
        }
    }

    /// What is hashed.
    pub(super) fn to_json(&self) -> String {
        // Text and numbers can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What it commits to, in the order of [`PARTS`].
    pub(super) fn commitments(&self) -> [&str; PARTS.len()] {
        [&self.actor, &self.target, &self.before, &self.after, &self.detail]
    }
}

/// A leaf that was read: what the tree needs of it.
#[derive(Debug)]
pub enum ReadLeaf {
    /// It is exactly the envelope of its record as that is now.
    Exact {
        /// Its place in the tree.
        sequence: u64,
        /// What it stands for.
        kind: RecordKind,
        /// The number of the entry.
        entry: i64,
        /// Where the record comes from.
        source: Source,
        /// The hash of the leaf.
        hash: Hash,
        /// The record, where it is of an event of the log itself.
        said: Option<Box<Record>>,
    },
    /// Anything differs.
    Other(Box<KeptLeaf>),
}

impl ReadLeaf {
    /// Compares a leaf with its record.
    pub(super) fn of(leaf: KeptLeaf) -> Self {
        let Some(source) = source_of(&leaf) else {
            return Self::Other(Box::new(leaf));
        };
        let hash = leaf_hash(leaf.envelope.as_bytes());
        match leaf.record {
            KeptRecord::There(record) => Self::Exact {
                sequence: leaf.sequence,
                kind: record.kind,
                entry: record.entry_id,
                source,
                hash,
                said: is_of_the_log(&record).then(|| Box::new(record)),
            },
            KeptRecord::Missing | KeptRecord::Unreadable => Self::Other(Box::new(leaf)),
        }
    }

    /// Its place in the tree.
    pub(super) const fn sequence(&self) -> u64 {
        match self {
            Self::Exact { sequence, .. } => *sequence,
            Self::Other(leaf) => leaf.sequence,
        }
    }

    /// The place that it was written for; `None` when that cannot be read.
    pub(super) fn written_for(&self) -> Option<u64> {
        match self {
            Self::Exact { sequence, .. } => Some(*sequence),
            Self::Other(leaf) => serde_json::from_str(&leaf.envelope).ok().map(|envelope: Envelope| envelope.sequence),
        }
    }
}

/// Where the record of a leaf comes from, when the leaf is exactly the envelope of the record as it is now; `None` when
/// anything differs.
fn source_of(leaf: &KeptLeaf) -> Option<Source> {
    let KeptRecord::There(record) = &leaf.record else { return None };
    let (salts, rest) = leaf.salts.as_chunks();
    let salts = salts.try_into().ok().filter(|_| rest.is_empty())?;
    if (leaf.stands_for.0.as_str(), leaf.stands_for.1) != (record.kind.code(), record.entry_id) {
        return None;
    }
    let source = if leaf.envelope.contains(TAKEN_OVER) { Source::TakenOver } else { Source::Written };
    (Envelope::of(record, leaf.sequence, source, salts).to_json() == leaf.envelope).then_some(source)
}

/// Commits to a part, so that it can be told later, and cannot be guessed before.
pub(super) fn commitment(salt: &[u8; SALT], part: &str) -> Hash {
    Sha256::new().chain_update(salt).chain_update(part).finalize().into()
}
