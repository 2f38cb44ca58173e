//! Checks a log with a public key alone: each record against its leaf, the leaves against the signed tree, and the tree
//! against a checkpoint that was kept elsewhere.

use super::leaf::{Envelope, SALT, TAKEN_OVER, VERSION, commitment, hex};
use super::tree::{Checkpoint, CheckpointError, Frontier, VerifyingKey, leaf_hash};
use crate::server::storage::{KeptLeaf, PARTS};

/// What is wrong with a log. The first of it, where it can be said where that is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A record is not what its leaf commits to.
    #[error("entry {entry} was changed: the {part} of its {record} is not what leaf {sequence} commits to")]
    Edited {
        /// The number of the entry.
        entry: i64,
        /// The kind of record.
        record: String,
        /// Which of its parts.
        part: &'static str,
        /// The place of the leaf.
        sequence: u64,
    },
    /// A leaf in the middle is gone.
    #[error("leaf {sequence} was removed")]
    LeafRemoved {
        /// Its place.
        sequence: u64,
    },
    /// A record is gone, and its leaf is there.
    #[error("the {record} of entry {entry}, leaf {sequence}, was removed")]
    RecordRemoved {
        /// The number of the entry.
        entry: i64,
        /// The kind of record.
        record: String,
        /// The place of the leaf.
        sequence: u64,
    },
    /// A leaf stands where another one was signed.
    #[error("leaf {sequence} stands in another place than the one it was written for, {written}")]
    Reordered {
        /// Where it stands.
        sequence: u64,
        /// Where it was.
        written: u64,
    },
    /// What is hashed of a leaf was changed.
    #[error("leaf {sequence} was changed: what is hashed is not an envelope of this log")]
    Envelope {
        /// The place of the leaf.
        sequence: u64,
    },
    /// There are records without a leaf.
    #[error("{count} records have no leaf: they were added by another program")]
    Added {
        /// How many they are.
        count: u64,
    },
    /// The end of the log is gone.
    #[error("the log was cut: it has {found} leaves, and {signed} were signed")]
    Cut {
        /// How many there are.
        found: u64,
        /// How many there were.
        signed: u64,
    },
    /// The leaves are not those that were signed, and each is right by itself.
    #[error("the leaves are not those that were signed: some were changed together with what is hashed of them")]
    OtherTree,
    /// The checkpoint of the log itself cannot be used.
    #[error("the checkpoint in the database cannot be used")]
    OwnCheckpoint(#[source] CheckpointError),
    /// The other checkpoint cannot be used.
    #[error("the checkpoint that it is compared with cannot be used")]
    KeptCheckpoint(#[source] CheckpointError),
    /// The log is whole, and has fewer leaves than the checkpoint that was kept elsewhere.
    #[error("this is an old copy: it has {found} leaves, and the checkpoint has {kept}")]
    OldCopy {
        /// How many it has.
        found: u64,
        /// How many were signed.
        kept: u64,
    },
    /// The log is whole, and is not the one of the checkpoint that was kept elsewhere.
    #[error("this is a second history: its first {size} leaves are not those that were signed before")]
    SecondHistory {
        /// How many leaves the checkpoint has.
        size: u64,
    },
}

/// Checks leaf after leaf.
#[derive(Debug)]
pub struct Verifier {
    frontier: Frontier,
    /// The checkpoints that were kept elsewhere, the smallest first, and how many of them the leaves have come to.
    kept: Vec<Checkpoint>,
    passed: usize,
    key: VerifyingKey,
    /// Whether a record was written with its leaf so far.
    has_written: bool,
}

impl Verifier {
    /// Checks a log against a key and, where there are some, checkpoints that were kept elsewhere, one after another.
    ///
    /// # Errors
    /// When that checkpoint is not signed by the key.
    pub fn new(key: VerifyingKey, kept: Option<&str>) -> Result<Self, Broken> {
        let kept = kept.map(|notes| Checkpoint::open_all(notes, &key)).transpose().map_err(Broken::KeptCheckpoint)?;
        let mut kept = kept.unwrap_or_default();
        kept.sort_by_key(|checkpoint| checkpoint.size);
        Ok(Self { frontier: Frontier::default(), kept, passed: 0, key, has_written: false })
    }

    /// How many leaves were checked so far.
    pub const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Checks the next leaf. They come in the order of their sequence.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn leaf(&mut self, leaf: &KeptLeaf) -> Result<(), Broken> {
        let (record, entry) = &leaf.stands_for;
        let expected = self.frontier.size();
        if leaf.sequence != expected {
            return Err(Broken::LeafRemoved { sequence: expected });
        }
        let is_changed = Broken::Envelope { sequence: leaf.sequence };
        let envelope: Envelope = serde_json::from_str(&leaf.envelope).map_err(|_| is_changed.clone())?;
        if envelope.sequence != leaf.sequence {
            return Err(Broken::Reordered { sequence: leaf.sequence, written: envelope.sequence });
        }
        if envelope.version != VERSION {
            return Err(is_changed);
        }
        let is_written_so = serde_json::to_string(&envelope).is_ok_and(|text| text == leaf.envelope);
        if !is_written_so || (&envelope.record, envelope.entry) != (record, *entry) {
            return Err(is_changed);
        }
        let Some(kept) = &leaf.record else {
            return Err(Broken::RecordRemoved { entry: *entry, record: record.clone(), sequence: leaf.sequence });
        };
        // What was there before there was a tree stands before everything else.
        let is_taken_over = envelope.source == TAKEN_OVER;
        if is_taken_over && self.has_written {
            return Err(Broken::Added { count: 1 });
        }
        self.has_written |= !is_taken_over;
        let edited = |part| Broken::Edited { entry: *entry, record: record.clone(), part, sequence: leaf.sequence };
        if kept.at != envelope.time {
            return Err(edited("time"));
        }
        let (salts, rest) = leaf.salts.as_chunks::<SALT>();
        if salts.len() != PARTS.len() || !rest.is_empty() {
            return Err(is_changed);
        }
        for ((part, name), (salt, committed)) in
            kept.parts.iter().zip(PARTS).zip(salts.iter().zip(envelope.commitments()))
        {
            if hex(&commitment(salt, part)) != committed {
                return Err(edited(name));
            }
        }
        self.frontier.push(leaf_hash(leaf.envelope.as_bytes()));
        let size = self.frontier.size();
        while let Some(kept) = self.kept.get(self.passed).filter(|kept| kept.size <= size) {
            if kept.size == size && kept.root != self.frontier.root() {
                return Err(Broken::SecondHistory { size });
            }
            self.passed += 1;
        }
        Ok(())
    }

    /// Checks the end: `checkpoint` is the signed one of the log itself, `records` is how many it has. How many leaves were
    /// checked.
    ///
    /// # Errors
    /// What is wrong with the log as a whole.
    pub fn finish(self, checkpoint: &str, records: u64) -> Result<u64, Broken> {
        let found = self.frontier.size();
        if found > 0 || !checkpoint.is_empty() {
            let signed = Checkpoint::open(checkpoint, &self.key).map_err(Broken::OwnCheckpoint)?;
            if signed.size > found {
                return Err(Broken::Cut { found, signed: signed.size });
            }
            if signed.size < found || signed.root != self.frontier.root() {
                return Err(Broken::OtherTree);
            }
        }
        if records > found {
            return Err(Broken::Added { count: records - found });
        }
        match self.kept.last() {
            Some(kept) if kept.size > found => Err(Broken::OldCopy { found, kept: kept.size }),
            _ => Ok(found),
        }
    }
}
