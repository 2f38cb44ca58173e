//! The audit log as a tree: what a leaf stands for, and how the records that are added get theirs.

use std::collections::HashMap;

use async_trait::async_trait;
use serde::Serialize;

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
    /// As JSON in one form only, in the order of [`PARTS`].
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

/// The heights of the subtrees whose roots are kept: 256 leaves, 256 of those, and so on.
pub const KEPT_HEIGHTS: [u32; 3] = [8, 16, 24];

/// A complete subtree of `2^height` leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subtree {
    /// One of [`KEPT_HEIGHTS`].
    pub height: u32,
    /// Its place among those of its height, from 0.
    pub place: u64,
    /// Its root, in hexadecimal.
    pub root: String,
}

/// A node of the tree that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TreeNode {
    /// The leaf at this place.
    Leaf(u64),
    /// A complete subtree.
    Subtree {
        /// One of [`KEPT_HEIGHTS`].
        height: u32,
        /// Its place among those of its height, from 0.
        place: u64,
    },
}

/// What is kept of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptNode {
    /// The envelope of a leaf.
    Envelope(String),
    /// The root of a subtree, in hexadecimal.
    Root(String),
}

/// What is kept of several nodes.
pub type KeptNodes = HashMap<TreeNode, KeptNode>;

/// What is added to the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growth {
    /// The leaves, in the order of their records.
    pub leaves: Vec<Leaf>,
    /// The subtrees that are complete with them.
    pub subtrees: Vec<Subtree>,
    /// The tree with all of it.
    pub head: TreeHead,
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
    /// The signed head of a tree without leaves.
    fn begin(&self) -> TreeHead;

    /// The head that was signed and on disk last, in this process.
    fn last(&self) -> Option<TreeHead>;

    /// Whether a head is one that this sealer signed, and no older one than what was [last](Self::last) before it was read.
    ///
    /// # Errors
    /// When it is not: nothing is ever added to a tree that somebody else made.
    fn check(&self, head: &TreeHead, last: Option<&TreeHead>) -> Result<(), SealError>;

    /// What records add to a tree.
    ///
    /// # Errors
    /// When the tree is not the one that was signed last, or there are no random numbers.
    fn seal(&self, head: &TreeHead, records: &[Record], source: Source) -> Result<Growth, SealError>;

    /// The tree is on disk. Its checkpoint may be kept elsewhere now, so that whoever changes the database later is found.
    /// It does not wait for that.
    fn committed(&self, head: &TreeHead);

    /// Waits until every checkpoint is kept elsewhere that can be.
    async fn kept(&self);
}

/// Reads the head of the tree that was added to last, and checks it.
pub(super) async fn checked_head(
    sealer: &dyn Sealer,
    read: impl Future<Output = Result<TreeHead, StorageError>>,
) -> Result<TreeHead, StorageError> {
    // Asked first: what is added while it is read makes no older one of it.
    let last = sealer.last();
    let head = read.await?;
    sealer.check(&head, last.as_ref())?;
    Ok(head)
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
    /// The record, with the parts as they are now.
    pub record: KeptRecord,
}

/// The record that a leaf stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptRecord {
    /// It is there.
    There(Record),
    /// It is not there.
    Missing,
    /// It is there, and is not what this program writes.
    Unreadable,
}

/// Numbers the leaves of tests, and signs nothing.
#[cfg(test)]
#[derive(Debug)]
pub struct NumberingSealer;

#[cfg(test)]
#[async_trait]
impl Sealer for NumberingSealer {
    fn begin(&self) -> TreeHead {
        TreeHead { checkpoint: "0".to_owned(), ..TreeHead::default() }
    }

    fn last(&self) -> Option<TreeHead> {
        None
    }

    fn check(&self, _: &TreeHead, _: Option<&TreeHead>) -> Result<(), SealError> {
        Ok(())
    }

    fn seal(&self, head: &TreeHead, records: &[Record], source: Source) -> Result<Growth, SealError> {
        let envelope = |(sequence, record): (u64, &Record)| {
            let (kind, at) = (record.kind.code(), &record.at);
            format!(r#"{{"sequence":{sequence},"record":"{kind}","time":"{at}","source":"{source:?}"}}"#)
        };
        let leaves =
            (head.size..).zip(records).map(|numbered| Leaf { envelope: envelope(numbered), salts: vec![7; 160] });
        let size = head.size + records.len() as u64;
        let head = TreeHead { size, frontier: vec![1], checkpoint: size.to_string() };
        Ok(Growth { leaves: leaves.collect(), subtrees: Vec::new(), head })
    }

    fn committed(&self, _: &TreeHead) {}

    async fn kept(&self) {}
}
