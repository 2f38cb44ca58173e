//! Proves to somebody who has the public key, and not the log, that the records of an entry are in the log.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::error::AuditError;
use super::log::AuditLog;
use super::opening::Opening;
use super::tree::{
    Checkpoint, Frontier, Hash, hash_of, inclusion_proof, leaf_hash, nodes_of_proof, proof_text, verify_inclusion,
};
use crate::domain::audit::{AuditEntry, EntryProof, RecordProof};
use crate::server::storage::{KeptLeaf, KeptNodes, RecordKind, StorageError, TreeHead, TreeNode};

/// A record with its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvedRecord {
    /// The place of its leaf.
    pub sequence: u64,
    /// The leaf, and what it commits to.
    pub opening: Opening,
    /// The hashes from the leaf to the root.
    pub hashes: Vec<Hash>,
}

impl ProvedRecord {
    /// The proof in the format of C2SP `tlog-proof`, with the opened leaf as its extra data. `checkpoint` is the one that
    /// it was made for.
    pub fn to_text(&self, checkpoint: &str) -> String {
        // Text can always be written.
        let extra = serde_json::to_string(&self.opening).unwrap_or_default();
        proof_text(&extra, self.sequence, &self.hashes, checkpoint)
    }
}

/// The nodes that proofs of these leaves in a tree of `size` are made from.
pub fn nodes_for<'a>(leaves: impl IntoIterator<Item = &'a KeptLeaf>, size: u64) -> Vec<TreeNode> {
    let mut nodes: Vec<TreeNode> = leaves.into_iter().flat_map(|leaf| nodes_of_proof(leaf.sequence, size)).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// The records with their proofs; those that the tree had not yet are left out. Each proof is checked before it is given
/// away: `None` when a record is not the one that was signed, or the tree is not whole.
pub fn prove(leaves: &[KeptLeaf], head: &TreeHead, nodes: &KeptNodes) -> Option<Vec<ProvedRecord>> {
    let root = Frontier::from_bytes(head.size, &head.frontier)?.root();
    let mut get = |node| hash_of(nodes.get(&node)?);
    let mut prove = |leaf: &KeptLeaf| {
        let opening = Opening::of(leaf)?;
        let hashes = inclusion_proof(leaf.sequence, head.size, &mut get)?;
        let hash = leaf_hash(leaf.envelope.as_bytes());
        verify_inclusion(&hash, leaf.sequence, head.size, &root, &hashes).ok()?;
        Some(ProvedRecord { sequence: leaf.sequence, opening, hashes })
    };
    leaves.iter().filter(|leaf| leaf.sequence < head.size).map(&mut prove).collect()
}

/// Whether a head has the size and the root that were signed.
pub fn is_tree_of(head: &TreeHead, signed: &Checkpoint) -> bool {
    let frontier = Frontier::from_bytes(head.size, &head.frontier);
    frontier.is_some_and(|frontier| (frontier.size(), frontier.root()) == (signed.size, signed.root))
}

/// Whether each record that an entry shows has a leaf: what has none was never signed.
pub(super) fn has_its_leaves(entry: &AuditEntry, leaves: &[KeptLeaf]) -> bool {
    let has = |record: RecordKind| leaves.iter().any(|leaf| leaf.stands_for.0 == record.code());
    has(RecordKind::Intent)
        && (entry.completion.is_none() || has(RecordKind::Completion))
        && (entry.resolution.is_none() || has(RecordKind::Resolution))
}

impl AuditLog {
    /// The proof of an entry in the log as it is now.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn prove(&self, entry: &AuditEntry) -> Result<EntryProof, AuditError> {
        // The head first: what is added meanwhile is left out.
        let head = match self.store.head().await {
            Err(StorageError::Seal(_)) => return Ok(EntryProof::NotProved),
            head => head?,
        };
        let leaves = self.store.leaves_of(&[entry.id]).await?;
        if !has_its_leaves(entry, &leaves) {
            return Ok(EntryProof::NotProved);
        }
        let nodes = self.store.nodes(&nodes_for(&leaves, head.size)).await?;
        let proved = prove(&leaves, &head, &nodes).filter(|proved| !proved.is_empty());
        let root = Frontier::from_bytes(head.size, &head.frontier).map(|frontier| STANDARD.encode(frontier.root()));
        let (Some(proved), Some(root)) = (proved, root) else {
            return Ok(EntryProof::NotProved);
        };
        let kinds = leaves.iter().map(|leaf| leaf.stands_for.0.clone());
        let record = |(record, kind): (&ProvedRecord, String)| RecordProof {
            kind,
            sequence: record.sequence,
            text: record.to_text(&head.checkpoint),
        };
        Ok(EntryProof::Proved { size: head.size, root, records: proved.iter().zip(kinds).map(record).collect() })
    }
}
