//! Proofs that a tree has a leaf: RFC 9162 §2.1.3, and their text: C2SP `tlog-proof`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::hash::{Hash, node_hash};

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf is not within the tree.
    #[error("the tree has no such leaf")]
    OutOfRange,
    /// It has too many or too few hashes.
    #[error("the proof has the wrong number of hashes")]
    WrongLength,
    /// It leads to another root.
    #[error("the proof leads to another root")]
    OtherRoot,
}

/// The text of a proof: what the leaf is, where it stands, and the signed tree that has it.
pub fn proof_text(leaf: &str, index: u64, proof: &[Hash], checkpoint: &str) -> String {
    let hashes: String = proof.iter().map(|hash| STANDARD.encode(hash) + "\n").collect();
    format!("c2sp.org/tlog-proof@v1\nextra {}\nindex {index}\n{hashes}\n{checkpoint}", STANDARD.encode(leaf))
}

/// Checks that a tree of `size` leaves with this root has a leaf at `index`.
///
/// # Errors
/// When the proof does not show it.
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, root: &Hash, proof: &[Hash]) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange);
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::WrongLength);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // A node at the right end without a sibling stands for itself further up.
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    match last {
        0 if hash == *root => Ok(()),
        0 => Err(ProofError::OtherRoot),
        _ => Err(ProofError::WrongLength),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::server::audit::tree::hash::{Frontier, leaf_hash};
    use crate::server::audit::tree::nodes::inclusion_proof;
    use crate::server::storage::TreeNode;

    proptest! {
        #[test]
        fn whatever_is_changed_of_a_proof_it_does_not_hold(
            count in 1_u64..40, place in any::<prop::sample::Index>(), change in 0_usize..6, bit in 0_usize..256,
        ) {
            let leaves: Vec<Hash> = (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect();
            let index = place.index(leaves.len());
            let flipped = |mut hash: Hash| { hash[bit / 8] ^= 1 << (bit % 8); hash };
            let change_proof = |proof: &mut Vec<Hash>| match change {
                0 if !proof.is_empty() => { let at = place.index(proof.len()); proof[at] = flipped(proof[at]); true }
                1 => { proof.push(leaves[index]); true }
                2 => proof.pop().is_some(),
                _ => false,
            };
            let mut frontier = Frontier::default();
            for leaf in &leaves {
                frontier.push(*leaf);
            }
            let root = frontier.root();
            let mut get = |node| match node {
                TreeNode::Leaf(place) => leaves.get(usize::try_from(place).unwrap()).copied(),
                TreeNode::Subtree { .. } => None,
            };
            let mut proof = inclusion_proof(index as u64, count, &mut get).unwrap();
            let is_changed = change_proof(&mut proof);
            let leaf = if change == 3 { flipped(leaves[index]) } else { leaves[index] };
            let told_root = if change == 4 { flipped(root) } else { root };
            let told_index = if change == 5 { index as u64 + 1 } else { index as u64 };
            let holds = verify_inclusion(&leaf, told_index, count, &told_root, &proof).is_ok();
            prop_assert_eq!(holds, change < 3 && !is_changed);
        }
    }
}
