//! Proves to somebody who has the public key and a record, and not the log, that the record is in the log.

use super::tree::{
    Checkpoint, CheckpointError, Hash, VerifyingKey, inclusion_proof, leaf_hash, proof_text, verify_inclusion,
};
use crate::server::storage::KeptLeaf;

/// The leaves of a log, of which some are to be proved.
#[derive(Debug)]
pub struct Prover {
    entry: i64,
    hashes: Vec<Hash>,
    /// The places and the envelopes of the entry's records.
    found: Vec<(usize, String)>,
}

/// Why a record cannot be proved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotProved {
    /// There is no such entry.
    #[error("the log has no entry {0}")]
    NoEntry(i64),
    /// The checkpoint of the log cannot be used.
    #[error("the checkpoint of the log cannot be used")]
    Checkpoint(#[from] CheckpointError),
    /// The leaves are not those that were signed.
    #[error("the log is not whole: run audit verify")]
    NotWhole,
}

impl Prover {
    /// Proves the records of an entry.
    pub const fn of(entry: i64) -> Self {
        Self { entry, hashes: Vec::new(), found: Vec::new() }
    }

    /// How many leaves were taken in so far.
    pub fn size(&self) -> u64 {
        self.hashes.len() as u64
    }

    /// Takes in the next leaf.
    pub fn leaf(&mut self, leaf: KeptLeaf) {
        if leaf.stands_for.1 == self.entry {
            self.found.push((self.hashes.len(), leaf.envelope.clone()));
        }
        self.hashes.push(leaf_hash(leaf.envelope.as_bytes()));
    }

    /// A proof of each record of the entry, as text. Each is checked before it is given away.
    ///
    /// # Errors
    /// When there is no such entry, or the log is not the one that was signed.
    pub fn finish(self, checkpoint: &str, key: &VerifyingKey) -> Result<Vec<String>, NotProved> {
        let signed = Checkpoint::open(checkpoint, key)?;
        if self.found.is_empty() {
            return Err(NotProved::NoEntry(self.entry));
        }
        let prove = |(place, envelope): &(usize, String)| {
            let proof = inclusion_proof(*place, &self.hashes)?;
            let (leaf, index) = (leaf_hash(envelope.as_bytes()), *place as u64);
            verify_inclusion(&leaf, index, signed.size, &signed.root, &proof).ok()?;
            Some(proof_text(envelope, *place, &proof, checkpoint))
        };
        self.found.iter().map(prove).collect::<Option<_>>().ok_or(NotProved::NotWhole)
    }
}
