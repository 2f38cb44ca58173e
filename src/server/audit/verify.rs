//! Checks a log with a public key alone: each record against its leaf, the leaves against the signed tree, and the tree
//! against checkpoints that were kept elsewhere.

use std::collections::HashMap;

use super::broken::Broken;
use super::continuation::Continuation;
use super::histories::{Forsaken, Histories};
use super::leaf::{Envelope, ReadLeaf, SALT, TAKEN_OVER, VERSION, commitment};
use super::misplaced::Misplaced;
use super::on_purpose::{OnPurpose, is_erased};
use super::tree::{Checkpoint, Frontier, Hash, VerifyingKey, leaf_hash};
use crate::server::hexadecimal::{from_hex, hex};
use crate::server::storage::{
    KEPT_HEIGHTS, KeptLeaf, KeptRecord, LogBeginning, LogEnd, PARTS, Record, Source, TreeHead,
};

/// The height of the smallest subtree that is pruned.
const PRUNED_HEIGHT: u32 = KEPT_HEIGHTS[0];

/// Checks leaf after leaf.
#[derive(Debug)]
pub struct Verifier {
    frontier: Frontier,
    /// The tree as the log has it.
    head: TreeHead,
    /// The checkpoint of the log itself.
    signed: Checkpoint,
    /// The checkpoints that were kept elsewhere, and the restores.
    histories: Histories,
    /// Whether the leaves up to the checkpoint of the log itself are those that were signed.
    is_as_signed: bool,
    /// A leaf that stands in another place than the one that it was written for.
    misplaced: Option<Misplaced>,
    /// Whether a record was written with its leaf so far.
    has_written: bool,
    /// The roots that are kept of subtrees, by height and place.
    subtrees: HashMap<(u32, u64), String>,
    on_purpose: OnPurpose,
}

/// A log that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// How many leaves it has.
    pub size: u64,
    /// How many of them were removed on purpose.
    pub pruned: u64,
    /// How it went on after restores.
    pub continued: Vec<Continuation>,
    /// What was signed before a restore, and is not of this log.
    pub forsaken: Option<Forsaken>,
}

impl Whole {
    /// How many records are there.
    pub const fn records(&self) -> u64 {
        self.size - self.pruned
    }
}

impl Verifier {
    /// Checks a log against a key, where there is one, and checkpoints that were kept elsewhere.
    ///
    /// # Errors
    /// When its own checkpoint is not signed by the key, or the roots of what was pruned are not kept.
    pub fn new(key: Option<&VerifyingKey>, kept: Vec<Checkpoint>, beginning: LogBeginning) -> Result<Self, Broken> {
        let LogBeginning { pruned, subtrees, head } = beginning;
        let signed = match key {
            Some(key) => Checkpoint::open(&head.checkpoint, key),
            None => Checkpoint::unsigned(&head.checkpoint),
        };
        let signed = signed.map_err(Broken::OwnCheckpoint)?;
        let subtrees = subtrees.into_iter().map(|one| ((one.height, one.place), one.root)).collect();
        let mut verifier = Self {
            frontier: Frontier::default(),
            is_as_signed: signed.size == 0 && signed.root == Frontier::default().root(),
            signed,
            head,
            histories: Histories::new(kept),
            misplaced: None,
            has_written: false,
            subtrees,
            on_purpose: OnPurpose::pruned(pruned),
        };
        for place in 0..pruned >> PRUNED_HEIGHT {
            let root = verifier.subtrees.get(&(PRUNED_HEIGHT, place)).and_then(|root| from_hex(root));
            verifier.join(PRUNED_HEIGHT, root.ok_or(Broken::Pruned { pruned })?)?;
        }
        Ok(verifier)
    }

    /// The place of the next leaf.
    pub fn next(&self) -> u64 {
        self.frontier.size() + self.misplaced.as_ref().map_or(0, Misplaced::leaves)
    }

    /// Checks the next leaf. They come in the order of their sequence.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn leaf(&mut self, leaf: ReadLeaf) -> Result<(), Broken> {
        if leaf.sequence() != self.next() {
            let removed = || Broken::LeafRemoved { sequence: self.next() };
            return Err(self.misplaced.as_ref().map_or_else(removed, Misplaced::broken));
        }
        if let Some(misplaced) = &mut self.misplaced {
            misplaced.go_on(&leaf);
            return Ok(());
        }
        match leaf {
            ReadLeaf::Exact { sequence, kind, entry, source, hash, said } => {
                let record = (kind.code(), entry, sequence);
                self.add(record, source == Source::TakenOver, said.as_deref(), hash)
            }
            ReadLeaf::Other(leaf) => {
                let Some(envelope) = self.look_closer(&leaf)? else { return Ok(()) };
                let record = (leaf.stands_for.0.as_str(), leaf.stands_for.1, leaf.sequence);
                let said = if let KeptRecord::There(kept) = &leaf.record { Some(kept) } else { None };
                self.add(record, envelope.source == TAKEN_OVER, said, leaf_hash(leaf.envelope.as_bytes()))
            }
        }
    }

    /// Adds a leaf that commits to its record.
    fn add(
        &mut self,
        (record, entry, sequence): (&str, i64, u64),
        is_taken_over: bool,
        said: Option<&Record>,
        hash: Hash,
    ) -> Result<(), Broken> {
        // What was there before there was a tree stands before everything else.
        if is_taken_over && self.has_written {
            return Err(Broken::TakenOverLate { entry, record: record.to_owned(), sequence });
        }
        self.has_written |= !is_taken_over;
        if let Some(said) = said {
            self.on_purpose.read(said);
            if Continuation::is_in(said) {
                self.histories.begin(Continuation::read(said), sequence, &self.frontier.root())?;
            }
        }
        self.join(0, hash)
    }

    /// Says what is different of a leaf that is not exactly the envelope of its record: nothing, when a part was erased.
    /// `None` when it stands in another place.
    fn look_closer(&mut self, leaf: &KeptLeaf) -> Result<Option<Envelope>, Broken> {
        let is_changed = || Broken::Envelope { sequence: leaf.sequence };
        let envelope: Envelope = serde_json::from_str(&leaf.envelope).map_err(|_| is_changed())?;
        if envelope.sequence != leaf.sequence {
            self.misplaced = Some(Misplaced::at(leaf.sequence, envelope.sequence));
            return Ok(None);
        }
        let (record, entry) = &leaf.stands_for;
        let is_written_so = envelope.version == VERSION && envelope.to_json() == leaf.envelope;
        if !is_written_so || (&envelope.record, envelope.entry) != (record, *entry) {
            return Err(is_changed());
        }
        let (entry, record, sequence) = (*entry, record.clone(), leaf.sequence);
        match &leaf.record {
            KeptRecord::There(kept) => self.record(kept, &envelope, leaf)?,
            KeptRecord::Missing => return Err(Broken::RecordRemoved { entry, record, sequence }),
            KeptRecord::Unreadable => return Err(Broken::Unreadable { entry, record, sequence }),
        }
        Ok(Some(envelope))
    }

    /// Compares a record with what its leaf commits to.
    fn record(&mut self, kept: &Record, envelope: &Envelope, leaf: &KeptLeaf) -> Result<(), Broken> {
        let (record, entry) = &leaf.stands_for;
        let edited = |part| Broken::Edited { entry: *entry, record: record.clone(), part, sequence: leaf.sequence };
        if kept.at != envelope.time {
            return Err(edited("time"));
        }
        let (salts, rest) = leaf.salts.as_chunks::<SALT>();
        if salts.len() != PARTS.len() || !rest.is_empty() {
            return Err(Broken::Envelope { sequence: leaf.sequence });
        }
        let parts = kept.parts.iter().zip(PARTS).zip(salts).zip(envelope.commitments());
        for (((part, name), salt), committed) in parts {
            if is_erased(kept, name, salt, part) {
                self.on_purpose.erased.insert(*entry);
            } else if hex(&commitment(salt, part)) != committed {
                return Err(edited(name));
            }
        }
        Ok(())
    }

    /// Adds a leaf, or a subtree, and compares the tree with what is kept of it here and elsewhere.
    fn join(&mut self, height: u32, root: Hash) -> Result<(), Broken> {
        let (subtrees, mut broken) = (&self.subtrees, None);
        let compare = |height: u32, place: u64, root: Hash| {
            let is_kept = KEPT_HEIGHTS.contains(&height);
            if is_kept && subtrees.get(&(height, place)).is_none_or(|kept| *kept != hex(&root)) {
                broken = Some(Broken::Subtree { leaves: 1 << height, first: place << height });
            }
        };
        self.frontier.join(height, root, compare).ok_or(Broken::OtherTree)?;
        broken.map_or(Ok(()), Err)?;
        let size = self.frontier.size();
        if self.signed.size == size {
            self.is_as_signed = self.signed.root == self.frontier.root();
        }
        let frontier = &self.frontier;
        self.histories.compare(size, || frontier.root());
        Ok(())
    }

    /// Checks the end.
    ///
    /// # Errors
    /// What is wrong with the log as a whole.
    pub fn finish(self, end: &LogEnd) -> Result<Whole, Broken> {
        if let Some(misplaced) = &self.misplaced {
            return Err(misplaced.broken());
        }
        let (found, signed) = (self.frontier.size(), self.signed.size);
        if signed > found {
            return Err(Broken::Cut { found, signed });
        }
        if !self.is_as_signed {
            return Err(Broken::OtherTree);
        }
        if signed < found {
            return Err(Broken::AddedLeaves { signed, found });
        }
        if (self.head.size, self.head.frontier) != (found, self.frontier.to_bytes()) {
            return Err(Broken::Head);
        }
        let pruned = self.on_purpose.pruned;
        match end.records.checked_sub(found - pruned) {
            Some(0) => {}
            // A leaf whose record is not there was told already.
            _ if end.not_taken_over > 0 => return Err(Broken::NotTakenOver { count: end.not_taken_over }),
            extra => return Err(Broken::Added { count: extra.unwrap_or(0) }),
        }
        self.on_purpose.check()?;
        if end.differing_observations > 0 {
            return Err(Broken::OpenObservations { count: end.differing_observations });
        }
        if end.differing_outcomes > 0 {
            return Err(Broken::UnknownOutcomes { count: end.differing_outcomes });
        }
        if end.differing_rules > 0 {
            return Err(Broken::SilencedRules { count: end.differing_rules });
        }
        if end.differing_clients > 0 {
            return Err(Broken::PromotedClients { count: end.differing_clients });
        }
        let (continued, forsaken) = self.histories.finish(&self.signed.origin, found, pruned)?;
        Ok(Whole { size: found, pruned, continued, forsaken })
    }
}
