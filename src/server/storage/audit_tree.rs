//! The audit log as a tree: what a leaf stands for, and how the records that are added get theirs.

use async_trait::async_trait;
use serde_json::Value;

use super::error::{SealError, StorageError};

/// A record that is a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// What was about to be done, or what was observed.
    Intent,
    /// What came of it.
    Completion,
    /// What was found out later.
    Resolution,
}

impl RecordKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Intent, Self::Completion, Self::Resolution];

    /// The stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Completion => "completion",
            Self::Resolution => "resolution",
        }
    }

    /// The inverse of [`RecordKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// The parts that a leaf commits to, each on its own, so that one can be erased and the others still be checked.
pub const PARTS: [&str; 5] = ["actor", "target", "before", "after", "detail"];

/// A record as its leaf commits to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it is.
    pub kind: RecordKind,
    /// The number of its entry.
    pub entry_id: i64,
    /// When it was written, as it is kept.
    pub at: String,
    /// Canonical JSON, in the order of [`PARTS`].
    pub parts: [String; 5],
}

/// The tree as it is: enough of it to add leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeHead {
    /// How many leaves it has.
    pub size: u64,
    /// The roots of its largest complete subtrees, from the left.
    pub frontier: Vec<u8>,
    /// The signed checkpoint of this size; empty for a tree without leaves.
    pub checkpoint: String,
}

/// A leaf to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// What is hashed.
    pub envelope: String,
    /// The salts of its commitments, one after another.
    pub salts: Vec<u8>,
}

/// Where records come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// They were written with their leaves.
    Written,
    /// They were there before there was a tree.
    TakenOver,
}

/// Makes the leaves of records, and signs the tree that has them.
#[async_trait]
pub trait Sealer: Send + Sync + std::fmt::Debug {
    /// The leaves of records that are added to a tree, and the tree with them.
    ///
    /// # Errors
    /// When there is no such tree, or there are no random numbers.
    fn seal(&self, head: &TreeHead, records: &[Record], source: Source) -> Result<(Vec<Leaf>, TreeHead), SealError>;

    /// The tree is on disk. Its checkpoint may be kept elsewhere now, so that whoever changes the database later is found.
    async fn committed(&self, head: &TreeHead);
}

/// A leaf as it is kept, with the record that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptLeaf {
    /// Its place in the tree.
    pub sequence: u64,
    /// What it says that it stands for: the kind of record, and the number of the entry.
    pub stands_for: (String, i64),
    /// What is hashed.
    pub envelope: String,
    /// The salts of its commitments.
    pub salts: Vec<u8>,
    /// The record, with the parts as they are now; `None` when it is not there.
    pub record: Option<Record>,
}

/// Numbers the leaves of tests, and signs nothing.
#[cfg(test)]
#[derive(Debug)]
pub struct NumberingSealer;

#[cfg(test)]
#[async_trait]
impl Sealer for NumberingSealer {
    fn seal(&self, head: &TreeHead, records: &[Record], source: Source) -> Result<(Vec<Leaf>, TreeHead), SealError> {
        let envelope = |(sequence, record): (u64, &Record)| {
            format!(r#"{{"sequence":{sequence},"record":"{}","source":"{source:?}"}}"#, record.kind.code())
        };
        let leaves =
            (head.size..).zip(records).map(|numbered| Leaf { envelope: envelope(numbered), salts: vec![0; 160] });
        let size = head.size + records.len() as u64;
        Ok((leaves.collect(), TreeHead { size, frontier: vec![1], checkpoint: size.to_string() }))
    }

    async fn committed(&self, _: &TreeHead) {}
}

/// JSON with its members sorted by name, without white space; numbers as they are written.
pub(super) fn canonical(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            ["[", &items.join(","), "]"].concat()
        }
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            // RFC 8785 sorts by UTF-16 code units.
            members.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
            let members: Vec<String> = members
                .into_iter()
                .map(|(name, value)| [&Value::from(name.as_str()).to_string(), ":", &canonical(value)].concat())
                .collect();
            ["{", &members.join(","), "}"].concat()
        }
        other => other.to_string(),
    }
}

/// What was before and what is after of the changes of an intent, as they are kept: an array of objects.
///
/// # Errors
/// When they are not JSON.
pub(super) fn before_and_after(changes: &str) -> Result<[Value; 2], StorageError> {
    let value: Value = serde_json::from_str(changes)?;
    // Written in another way it may still mean the same, but it is not what this program wrote.
    if serde_json::to_string(&value)? != changes {
        return Ok([Value::Null, Value::from(changes)]);
    }
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(["after", "before"].map(|other| {
        let side = |item: &Value| {
            let members = item.as_object().into_iter().flatten().filter(|(name, _)| *name != other);
            Value::Object(members.map(|(name, value)| (name.clone(), value.clone())).collect())
        };
        items.iter().map(side).collect()
    }))
}
