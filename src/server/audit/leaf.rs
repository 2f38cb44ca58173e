//! The leaf of a record: a small envelope that names the record and commits to its parts, each with a salt of its own.

use std::array;
use std::io::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::said::is_of_the_log;
use super::tree::{Hash, leaf_hash};
use crate::server::hexadecimal::{hex, hex_of_hash};
use crate::server::storage::{BatchLeaf, KeptLeaf, KeptRecord, PARTS, Record, RecordKind, Source};

/// The version of the envelope. Another one may have other members.
pub(super) const VERSION: u32 = 1;
/// How an envelope calls a record that was written with its leaf, and one of before there was a tree.
const WRITTEN: &str = "written";
pub(super) const TAKEN_OVER: &str = "taken_over";
/// The bytes of a salt.
pub(super) const SALT: usize = 32;
/// More bytes than an envelope has.
const LENGTH: usize = 640;

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
        let [actor, target, before, after, detail] = commitments(record, salts).map(|commitment| hex(&commitment));
        Self {
            version: VERSION,
            sequence,
            record: record.kind.code().to_owned(),
            entry: record.entry_id,
            time: record.at.clone(),
            source: word(source).to_owned(),
            actor,
            target,
            before,
            after,
            detail,
        }
    }

    /// What is hashed.
    pub(super) fn to_json(&self) -> String {
        let texts = [self.record.as_str(), &self.time, &self.source];
        let written = written(self.version, self.sequence, self.entry, texts, self.commitments());
        String::from_utf8(written).unwrap_or_default()
    }

    /// What it commits to, in the order of [`PARTS`].
    pub(super) fn commitments(&self) -> [&str; PARTS.len()] {
        [&self.actor, &self.target, &self.before, &self.after, &self.detail]
    }
}

const fn word(source: Source) -> &'static str {
    match source {
        Source::Written => WRITTEN,
        Source::TakenOver => TAKEN_OVER,
    }
}

/// An envelope as serde writes it, which it would do by looking at each digit of the commitments.
fn written(
    version: u32,
    sequence: u64,
    entry: i64,
    [record, time, source]: [&str; 3],
    commitments: [&str; PARTS.len()],
) -> Vec<u8> {
    let mut json = Vec::with_capacity(LENGTH);
    // Memory takes whatever is written, and text can always be written as JSON.
    let _ = write!(json, r#"{{"version":{version},"sequence":{sequence},"record":"#);
    let _ = serde_json::to_writer(&mut json, record);
    let _ = write!(json, r#","entry":{entry},"time":"#);
    let _ = serde_json::to_writer(&mut json, time);
    json.extend_from_slice(br#","source":"#);
    let _ = serde_json::to_writer(&mut json, source);
    for (name, commitment) in PARTS.into_iter().zip(commitments) {
        for piece in [r#",""#, name, r#"":""#, commitment, r#"""#] {
            json.extend_from_slice(piece.as_bytes());
        }
    }
    json.push(b'}');
    json
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
    pub(super) fn of(leaf: BatchLeaf<'_>, record: KeptRecord) -> Self {
        match record {
            KeptRecord::There(record) => match source_of(leaf, &record) {
                Some(source) => Self::Exact {
                    sequence: leaf.sequence,
                    kind: record.kind,
                    entry: record.entry_id,
                    source,
                    hash: leaf_hash(leaf.envelope),
                    said: is_of_the_log(&record).then(|| Box::new(record)),
                },
                None => Self::Other(Box::new(leaf.with(KeptRecord::There(record)))),
            },
            KeptRecord::Missing | KeptRecord::Unreadable => Self::Other(Box::new(leaf.with(record))),
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
fn source_of(leaf: BatchLeaf<'_>, record: &Record) -> Option<Source> {
    let (salts, rest) = leaf.salts.as_chunks();
    let salts: &[[u8; SALT]; PARTS.len()] = salts.try_into().ok().filter(|_| rest.is_empty())?;
    if leaf.stands_for != (record.kind.code(), record.entry_id) {
        return None;
    }
    let (mut digits, mut written_as) = ([[0; 64]; PARTS.len()], [""; PARTS.len()]);
    for ((text, digits), hash) in written_as.iter_mut().zip(&mut digits).zip(commitments(record, salts)) {
        *text = hex_of_hash(&hash, digits);
    }
    [Source::Written, Source::TakenOver].into_iter().find(|source| {
        let texts = [record.kind.code(), record.at.as_str(), word(*source)];
        written(VERSION, leaf.sequence, record.entry_id, texts, written_as) == leaf.envelope
    })
}

/// What a leaf commits to of each part of its record.
fn commitments(record: &Record, salts: &[[u8; SALT]; PARTS.len()]) -> [Hash; PARTS.len()] {
    array::from_fn(|part| commitment(&salts[part], &record.parts[part]))
}

/// Commits to a part, so that it can be told later, and cannot be guessed before.
pub(super) fn commitment(salt: &[u8; SALT], part: &str) -> Hash {
    Sha256::new().chain_update(salt).chain_update(part).finalize().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_envelope_is_written_as_serde_writes_it(
            texts in prop::array::uniform3(any::<String>()),
            (sequence, entry) in any::<(u64, i64)>(),
            bytes in any::<[u8; 32]>(),
        ) {
            let [record, time, source] = texts;
            let [actor, target, before, after, detail] = std::array::from_fn(|_| hex(&bytes));
            let envelope =
                Envelope { version: VERSION, sequence, record, entry, time, source, actor, target, before, after, detail };
            prop_assert_eq!(envelope.to_json(), serde_json::to_string(&envelope).unwrap());
        }

        #[test]
        fn an_envelope_whose_commitments_are_something_else_is_not_written_as_it_was_read(text in "[\"a\\\\\n]{1,4}") {
            let json = |actor: &str| serde_json::json!({
                "version": 1, "sequence": 2, "record": "intent", "entry": 3, "time": "", "source": "written",
                "actor": actor, "target": "", "before": "", "after": "", "detail": "",
            });
            let envelope: Envelope = serde_json::from_value(json(&text)).unwrap();
            let written = serde_json::to_string(&envelope).unwrap();
            prop_assert_eq!(envelope.to_json() == written, text.bytes().all(|byte| byte == b'a'));
        }
    }
}
