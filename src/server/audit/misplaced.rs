//! A leaf that stands in the place of another one: they changed places, or the other one is gone.

use super::broken::Broken;
use super::leaf::ReadLeaf;

/// A leaf that stands in another place than the one that it was written for.
#[derive(Debug)]
pub(super) struct Misplaced {
    /// Where it stands.
    sequence: u64,
    /// Where it was.
    written: u64,
    /// Whether the leaf that was written for its place stands further on.
    is_swapped: bool,
    /// The leaves that were seen after it.
    after: u64,
}

impl Misplaced {
    pub(super) const fn at(sequence: u64, written: u64) -> Self {
        Self { sequence, written, is_swapped: false, after: 0 }
    }

    /// Looks at the next leaf.
    pub(super) fn go_on(&mut self, leaf: &ReadLeaf) {
        self.is_swapped |= leaf.written_for() == Some(self.sequence);
        self.after += 1;
    }

    /// How many leaves were seen, with itself.
    pub(super) const fn leaves(&self) -> u64 {
        self.after + 1
    }

    /// What is wrong, by what was seen so far.
    pub(super) const fn broken(&self) -> Broken {
        let Self { sequence, written, .. } = *self;
        if self.is_swapped { Broken::Reordered { sequence, written } } else { Broken::LeafRemoved { sequence } }
    }
}
