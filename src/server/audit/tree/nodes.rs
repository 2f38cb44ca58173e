//! Roots and inclusion proofs from what is kept of a tree: its leaves, and the roots of its larger complete subtrees.
//!
//! Of a log of ten million leaves, a proof takes about a thousand of them and not all.

use super::hash::{Hash, empty_root, leaf_hash, node_hash};
use crate::server::hexadecimal::from_hex;
use crate::server::storage::{KEPT_HEIGHTS, KeptNode, TreeNode};

/// The hash of what is kept of a node; `None` when it is no hash.
pub fn hash_of(node: &KeptNode) -> Option<Hash> {
    match node {
        KeptNode::Envelope(envelope) => Some(leaf_hash(envelope.as_bytes())),
        KeptNode::Root(root) => from_hex(root),
    }
}

/// The nodes that the root of the first `size` leaves is made from.
pub fn nodes_of_root(size: u64) -> Vec<TreeNode> {
    collected(|get| {
        root(size, get);
    })
}

/// The root of the first `size` leaves; `None` when a node is missing.
pub fn root(size: u64, get: &mut dyn FnMut(TreeNode) -> Option<Hash>) -> Option<Hash> {
    if size == 0 { Some(empty_root()) } else { root_between(0, size, get) }
}

/// The nodes that a proof of a leaf is made from.
pub fn nodes_of_proof(index: u64, size: u64) -> Vec<TreeNode> {
    collected(|get| drop(inclusion_proof(index, size, get)))
}

/// Proves that the tree of the first `size` leaves has the one at `index` (RFC 9162 §2.1.3.1); `None` when it has not so
/// many, or a node is missing.
pub fn inclusion_proof(index: u64, size: u64, get: &mut dyn FnMut(TreeNode) -> Option<Hash>) -> Option<Vec<Hash>> {
    if index >= size {
        return None;
    }
    let (mut proof, mut first, mut last) = (Vec::new(), 0, size);
    while last - first > 1 {
        let middle = first + split(last - first);
        if index < middle {
            proof.push(root_between(middle, last, get));
            last = middle;
        } else {
            proof.push(root_between(first, middle, get));
            first = middle;
        }
    }
    proof.into_iter().rev().collect()
}

/// Both sides are asked for even when one is missing, so that asking tells what is needed.
fn root_between(first: u64, last: u64, get: &mut dyn FnMut(TreeNode) -> Option<Hash>) -> Option<Hash> {
    let count = last - first;
    if count == 1 {
        return get(TreeNode::Leaf(first));
    }
    let height = count.ilog2();
    if count.is_power_of_two() && KEPT_HEIGHTS.contains(&height) {
        return get(TreeNode::Subtree { height, place: first >> height });
    }
    let middle = first + split(count);
    let (left, right) = (root_between(first, middle, get), root_between(middle, last, get));
    Some(node_hash(&left?, &right?))
}

fn collected(ask: impl FnOnce(&mut dyn FnMut(TreeNode) -> Option<Hash>)) -> Vec<TreeNode> {
    let mut nodes = Vec::new();
    ask(&mut |node| {
        nodes.push(node);
        None
    });
    nodes
}

/// The largest power of two below a size.
const fn split(size: u64) -> u64 {
    size.next_power_of_two() / 2
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;

    use super::*;
    use crate::server::audit::tree::hash::Frontier;
    use crate::server::audit::tree::proof::verify_inclusion;

    /// What is kept of a tree of so many leaves, and its root.
    fn kept(count: u64) -> (HashMap<TreeNode, Hash>, Hash) {
        let (mut frontier, mut nodes) = (Frontier::default(), HashMap::new());
        for number in 0..count {
            let leaf = leaf_hash(&number.to_be_bytes());
            nodes.insert(TreeNode::Leaf(number), leaf);
            let keep = |height, place, root| {
                if KEPT_HEIGHTS.contains(&height) {
                    nodes.insert(TreeNode::Subtree { height, place }, root);
                }
            };
            frontier.join(0, leaf, keep).unwrap();
        }
        (nodes, frontier.root())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn proofs_are_those_of_another_implementation_and_hold(count in 1_u64..700, place in any::<prop::sample::Index>()) {
            let mut other: MemoryBackedTree<sha2_of_ct_merkle::Sha256, [u8; 8]> = MemoryBackedTree::new();
            (0..count).for_each(|number: u64| other.push(number.to_be_bytes()));
            let index = place.index(usize::try_from(count).unwrap());
            let (nodes, tree) = kept(count);
            let proof = inclusion_proof(index as u64, count, &mut |node| nodes.get(&node).copied()).unwrap();
            let expected = other.prove_inclusion(index);
            prop_assert_eq!(proof.concat(), expected.as_bytes());
            let leaf = nodes[&TreeNode::Leaf(index as u64)];
            prop_assert_eq!(verify_inclusion(&leaf, index as u64, count, &tree, &proof), Ok(()));
            prop_assert_eq!(root(count, &mut |node| nodes.get(&node).copied()), Some(tree));
            // What is said to be needed is needed, and nothing else.
            let needed = nodes_of_proof(index as u64, count);
            let left_out = needed.get(place.index(needed.len().max(1)));
            let mut get = |node| nodes.get(&node).filter(|_| Some(&node) != left_out).copied();
            prop_assert_eq!(inclusion_proof(index as u64, count, &mut get).is_none(), left_out.is_some());
            let needed: HashSet<TreeNode> = needed.into_iter().collect();
            let mut get = |node| nodes.get(&node).filter(|_| needed.contains(&node)).copied();
            prop_assert_eq!(inclusion_proof(index as u64, count, &mut get), Some(proof));
        }
    }

    #[test]
    fn a_proof_of_a_large_log_takes_few_nodes() {
        let count = 150_000;
        let (nodes, tree) = kept(count);
        for index in [0, 255, 256, 65_535, 65_536, 131_072, count - 1] {
            let needed: HashSet<TreeNode> = nodes_of_proof(index, count).into_iter().collect();
            assert!(needed.len() < 1_100, "{}", needed.len());
            let mut get = |node| nodes.get(&node).filter(|_| needed.contains(&node)).copied();
            let proof = inclusion_proof(index, count, &mut get).unwrap();
            assert_eq!(verify_inclusion(&nodes[&TreeNode::Leaf(index)], index, count, &tree, &proof), Ok(()));
        }
        assert!(nodes_of_root(10_000_000_000).len() < 1_500);
        assert_eq!(inclusion_proof(3, 3, &mut |_| None), None);
    }
}
