//! Proves to somebody who has the public key, and not the log, that the records of an entry are in the log.

use super::opening::Opening;
use super::tree::{Frontier, Hash, inclusion_proof, leaf_hash, nodes_of_proof, proof_text, verify_inclusion};
use crate::server::hexadecimal::from_hex;
use crate::server::storage::{KeptLeaf, KeptNode, KeptNodes, TreeHead, TreeNode};

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
pub fn nodes_for(leaves: &[KeptLeaf], size: u64) -> Vec<TreeNode> {
    let mut nodes: Vec<TreeNode> = leaves.iter().flat_map(|leaf| nodes_of_proof(leaf.sequence, size)).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// The records with their proofs; those that the tree had not yet are left out. Each proof is checked before it is given
/// away: `None` when a record is not the one that was signed, or the tree is not whole.
pub fn prove(leaves: &[KeptLeaf], head: &TreeHead, nodes: &KeptNodes) -> Option<Vec<ProvedRecord>> {
    let root = Frontier::from_bytes(head.size, &head.frontier)?.root();
    let mut get = |node| match nodes.get(&node)? {
        KeptNode::Envelope(envelope) => Some(leaf_hash(envelope.as_bytes())),
        KeptNode::Root(root) => from_hex(root),
    };
    let mut prove = |leaf: &KeptLeaf| {
        let opening = Opening::of(leaf)?;
        let hashes = inclusion_proof(leaf.sequence, head.size, &mut get)?;
        let hash = leaf_hash(leaf.envelope.as_bytes());
        verify_inclusion(&hash, leaf.sequence, head.size, &root, &hashes).ok()?;
        Some(ProvedRecord { sequence: leaf.sequence, opening, hashes })
    };
    leaves.iter().filter(|leaf| leaf.sequence < head.size).map(&mut prove).collect()
}
