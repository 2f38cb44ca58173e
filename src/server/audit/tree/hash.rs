//! The hashes of a Merkle tree and how it grows: RFC 6962 §2.1.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash of a leaf, which no node has.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()
}

/// The hash of a node with two subtrees, which no leaf has.
pub(super) fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of a tree without leaves.
pub(super) fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// What has to be known of a tree to add leaves to it: the roots of the largest complete subtrees, from the left. It has as
/// many as its size has binary ones, so that of a billion leaves it takes a kilobyte at most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// What [`Frontier::to_bytes`] gave for a tree of this size; `None` when it cannot have.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let (subtrees, rest) = bytes.as_chunks::<32>();
        let is_right = rest.is_empty() && subtrees.len() == size.count_ones() as usize;
        is_right.then(|| Self { size, subtrees: subtrees.to_vec() })
    }

    /// The roots of the subtrees, one after another.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.subtrees.concat()
    }

    /// How many leaves the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash.
    #[cfg(test)]
    pub fn push(&mut self, leaf: Hash) {
        // A leaf can follow any leaf.
        let _ = self.join(0, leaf, |_, _, _| ());
    }

    /// Adds a complete subtree of `2^height` leaves, and tells of each complete subtree that there is because of it: its
    /// height, its place among those of its height, and its root. `None` when such a subtree cannot stand there.
    pub fn join(&mut self, height: u32, root: Hash, mut tell: impl FnMut(u32, u64, Hash)) -> Option<()> {
        let leaves = 1_u64.checked_shl(height)?;
        if !self.size.is_multiple_of(leaves) {
            return None;
        }
        let (mut height, mut node) = (height, root);
        let mut place = self.size >> height;
        tell(height, place, node);
        // Each complete subtree of the same size as the new one becomes one with it.
        while place & 1 == 1 {
            node = node_hash(&self.subtrees.pop()?, &node);
            (height, place) = (height + 1, place >> 1);
            tell(height, place, node);
        }
        self.subtrees.push(node);
        self.size += leaves;
        Some(())
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut subtrees = self.subtrees.iter().rev();
        let Some(last) = subtrees.next() else {
            return empty_root();
        };
        subtrees.fold(*last, |right, left| node_hash(left, &right))
    }
}

#[cfg(test)]
mod tests {
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_tree_without_leaves_has_the_hash_of_nothing() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let hex = sha2::digest::generic_array::GenericArray::from(Frontier::default().root());
        assert_eq!(format!("{hex:x}"), empty);
    }

    proptest! {
        #[test]
        fn roots_are_those_of_another_implementation(leaves in prop::collection::vec(any::<Vec<u8>>(), 0..70)) {
            let mut other: MemoryBackedTree<sha2_of_ct_merkle::Sha256, Vec<u8>> = MemoryBackedTree::new();
            let mut frontier = Frontier::default();
            for leaf in leaves {
                frontier.push(leaf_hash(&leaf));
                other.push(leaf);
                let root: [u8; 32] = (*other.root().as_bytes()).into();
                prop_assert_eq!(frontier.root(), root);
            }
        }

        #[test]
        fn subtrees_that_are_complete_stand_for_their_leaves(count in 0_u64..200, height in 0_u32..5) {
            let (mut whole, mut subtrees) = (Frontier::default(), Vec::new());
            for number in 0..count {
                let tell = |level, place, root| if level == height { subtrees.push((place, root)) };
                whole.join(0, leaf_hash(&number.to_le_bytes()), tell).unwrap();
            }
            prop_assert_eq!(subtrees.len() as u64, count >> height);
            let mut joined = Frontier::default();
            for (place, (told, root)) in subtrees.into_iter().enumerate() {
                prop_assert_eq!(place as u64, told);
                joined.join(height, root, |_, _, _| ()).unwrap();
            }
            for number in joined.size()..count {
                joined.push(leaf_hash(&number.to_le_bytes()));
            }
            prop_assert_eq!(joined, whole);
        }

        #[test]
        fn a_frontier_is_kept_and_goes_on(before in 0_u64..40, after in 0_u64..40) {
            let mut frontier = Frontier::default();
            (0..before).for_each(|number: u64| frontier.push(leaf_hash(&number.to_le_bytes())));
            let mut kept = Frontier::from_bytes(before, &frontier.to_bytes()).unwrap();
            prop_assert_eq!(Frontier::from_bytes(before + 1, &frontier.to_bytes()).is_some(), (before + 1).count_ones() == before.count_ones());
            for number in 0..after {
                let leaf = leaf_hash(&number.to_le_bytes());
                frontier.push(leaf);
                kept.push(leaf);
            }
            prop_assert_eq!(kept, frontier);
        }
    }
}
