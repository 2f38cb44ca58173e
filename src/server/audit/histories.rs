//! The histories of a log, as its own entries tell them, and which of them checkpoints from elsewhere were signed for.

use super::broken::Broken;
use super::continuation::Continuation;
use super::tree::{Checkpoint, Hash, LogName};

/// A checkpoint from elsewhere.
#[derive(Debug)]
struct Kept {
    checkpoint: Checkpoint,
    /// Whether the leaves up to its size are those that were signed; `None` where that was not compared.
    is_as_signed: Option<bool>,
}

/// Checkpoints that were signed before a restore, for records that were lost with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forsaken {
    /// How many they are.
    pub checkpoints: u64,
    /// How many records the largest was signed for.
    pub largest: u64,
}

/// What was seen of them so far.
#[derive(Debug)]
pub(super) struct Histories {
    /// The smallest first, and how many of them the leaves have come to.
    kept: Vec<Kept>,
    passed: usize,
    /// The entries that began a history.
    continued: Vec<Continuation>,
}

impl Histories {
    pub(super) fn new(mut kept: Vec<Checkpoint>) -> Self {
        kept.sort_by_key(|checkpoint| checkpoint.size);
        let kept = kept.into_iter().map(|checkpoint| Kept { checkpoint, is_as_signed: None }).collect();
        Self { kept, passed: 0, continued: Vec::new() }
    }

    /// Takes in the entry that a history begins with, in a tree that has so many leaves before it, and this root.
    pub(super) fn begin(&mut self, said: Option<Continuation>, size: u64, root: &Hash) -> Result<(), Broken> {
        let wrong = Broken::Continuation { sequence: size };
        let said = said.ok_or_else(|| wrong.clone())?;
        let (from, to) = (LogName::of(&said.from), LogName::of(&said.to));
        let is_next = from.own == to.own
            && from.history < to.history
            && self.continued.last().is_none_or(|last| last.to == said.from);
        if !is_next || said.size != size || said.root != *root {
            return Err(wrong);
        }
        self.continued.push(said);
        Ok(())
    }

    /// Compares the checkpoints of a size with the root of that many leaves.
    pub(super) fn compare(&mut self, size: u64, root: impl Fn() -> Hash) {
        while let Some(kept) = self.kept.get_mut(self.passed).filter(|kept| kept.checkpoint.size <= size) {
            if kept.checkpoint.size == size {
                kept.is_as_signed = Some(kept.checkpoint.root == root());
            }
            self.passed += 1;
        }
    }

    /// Which history signed the tree of so many leaves.
    fn at(&self, size: u64, present: u32) -> u32 {
        let before = self.continued.iter().rev().find(|one| one.size < size);
        let first = || self.continued.first().map_or(present, |first| LogName::of(&first.from).history);
        before.map_or_else(first, |one| LogName::of(&one.to).history)
    }

    /// Judges a whole log by its name, its size and how many of its leaves are gone.
    pub(super) fn finish(
        self,
        name: &str,
        found: u64,
        pruned: u64,
    ) -> Result<(Vec<Continuation>, Option<Forsaken>), Broken> {
        let present = LogName::of(name).history;
        let is_of_the_last = self.continued.last().is_none_or(|last| last.to == name);
        // What was pruned may have said more.
        if !is_of_the_last || (pruned == 0 && self.at(0, present) != 1) {
            return Err(Broken::OtherName { name: name.to_owned() });
        }
        let history = |kept: &&Kept| LogName::of(&kept.checkpoint.origin).history;
        if let Some(newest) = self.kept.iter().max_by_key(history).filter(|newest| history(newest) > present) {
            return Err(Broken::BeforeRestore { name: newest.checkpoint.origin.clone() });
        }
        let start = self.continued.last().map_or(0, |last| last.size);
        let mut forsaken: Option<Forsaken> = None;
        let mut old_copy = None;
        for kept in &self.kept {
            let size = kept.checkpoint.size;
            let signed_by = LogName::of(&kept.checkpoint.origin).history;
            let is_of_this = signed_by == self.at(size, present) && size <= found;
            if (is_of_this && kept.is_as_signed == Some(false)) || (signed_by == present && 0 < size && size <= start) {
                return Err(Broken::SecondHistory { size });
            }
            if signed_by == present && size > found {
                old_copy = Some(size);
            } else if !is_of_this && size > 0 {
                let before = forsaken.map_or(0, |one| one.checkpoints);
                forsaken = Some(Forsaken { checkpoints: before + 1, largest: size });
            }
        }
        match old_copy {
            Some(kept) => Err(Broken::OldCopy { found, kept }),
            None => Ok((self.continued, forsaken)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(size: u64) -> Hash {
        [u8::try_from(size).unwrap(); 32]
    }

    fn continuation(from: &str, to: &str, size: u64) -> Continuation {
        Continuation { from: from.to_owned(), to: to.to_owned(), size, root: root(size) }
    }

    /// A log of ten leaves that was restored after five, and a checkpoint from elsewhere.
    fn judged(origin: &str, size: u64, signed: Hash) -> Result<Option<Forsaken>, Broken> {
        let mut histories = Histories::new(vec![Checkpoint { origin: origin.to_owned(), size, root: signed }]);
        for size in 1..=10 {
            if size == 6 {
                histories.begin(Some(continuation("a", "a/3", 5)), 5, &root(5))?;
            }
            histories.compare(size, || root(size));
        }
        histories.finish("a/3", 10, 0).map(|(_, forsaken)| forsaken)
    }

    #[test]
    fn a_checkpoint_is_judged_by_the_history_that_signed_it() {
        let forsaken = |largest| Ok(Some(Forsaken { checkpoints: 1, largest }));
        let second = |size| Err(Broken::SecondHistory { size });
        for (origin, size, signed, expected) in [
            ("a", 3, root(3), Ok(None)),
            ("a", 5, root(5), Ok(None)),
            ("a", 3, root(9), second(3)),
            ("a", 6, root(6), forsaken(6)),
            ("a", 30, root(30), forsaken(30)),
            ("a/2", 4, root(4), forsaken(4)),
            ("a/2", 8, root(8), forsaken(8)),
            ("a/3", 8, root(8), Ok(None)),
            ("a/3", 8, root(9), second(8)),
            ("a/3", 5, root(5), second(5)),
            ("a/3", 11, root(11), Err(Broken::OldCopy { found: 10, kept: 11 })),
            ("a/4", 2, root(2), Err(Broken::BeforeRestore { name: "a/4".to_owned() })),
        ] {
            assert_eq!(judged(origin, size, signed), expected, "{origin} {size}");
        }
    }

    #[test]
    fn what_an_entry_says_of_the_history_before_is_compared_with_the_tree() {
        for said in [
            None,
            Some(continuation("a", "a/2", 4)),
            Some(Continuation { root: root(4), ..continuation("a", "a/2", 5) }),
            Some(continuation("a", "b/2", 5)),
            Some(continuation("a/2", "a/2", 5)),
            Some(continuation("a/2", "a", 5)),
        ] {
            let mut histories = Histories::new(Vec::new());
            let begun = histories.begin(said.clone(), 5, &root(5));
            assert_eq!(begun, Err(Broken::Continuation { sequence: 5 }), "{said:?}");
        }
        let mut histories = Histories::new(Vec::new());
        histories.begin(Some(continuation("a", "a/2", 5)), 5, &root(5)).unwrap();
        assert!(histories.begin(Some(continuation("a", "a/3", 7)), 7, &root(7)).is_err(), "it was a/2 by then");
    }

    #[test]
    fn a_log_has_the_name_that_its_entries_give_it() {
        for (name, pruned, is_right) in [("a", 0, true), ("a/2", 0, false), ("a/2", 256, true)] {
            assert_eq!(Histories::new(Vec::new()).finish(name, 300, pruned).is_ok(), is_right, "{name} {pruned}");
        }
    }
}
