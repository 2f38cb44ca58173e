//! The tree of organisations in preorder: each is followed by everything below it.

use std::ops::Range;

/// No organisation.
const NONE: u32 = u32::MAX;

/// The tree of organisations, which are numbered in preorder.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tree {
    parents: Vec<u32>,
    depths: Vec<u32>,
    /// The number after the last organisation below each.
    ends: Vec<u32>,
    children: Vec<u32>,
}

impl Tree {
    /// The tree that these parents make; `None` where their order is no preorder.
    pub(super) fn of(parents: &[Option<u32>]) -> Option<Self> {
        let count = u32::try_from(parents.len()).ok().filter(|count| *count < NONE)?;
        let mut depths = Vec::with_capacity(parents.len());
        let mut path: Vec<u32> = Vec::new();
        for (document, parent) in (0..count).zip(parents) {
            while path.last().copied() != *parent {
                path.pop()?;
            }
            depths.push(u32::try_from(path.len()).ok()?);
            path.push(document);
        }
        let (mut sizes, mut children) = (vec![1_u32; parents.len()], vec![0; parents.len()]);
        for (document, parent) in parents.iter().enumerate().rev() {
            if let Some(parent) = parent {
                let size = *sizes.get(document)?;
                *sizes.get_mut(*parent as usize)? += size;
                *children.get_mut(*parent as usize)? += 1;
            }
        }
        let ends = (0..count).zip(sizes).map(|(document, size)| document + size).collect();
        let parents = parents.iter().map(|parent| parent.unwrap_or(NONE)).collect();
        Some(Self { parents, depths, ends, children })
    }

    /// How many organisations there are.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.parents.len()).unwrap_or(NONE)
    }

    /// The organisation directly above.
    pub(super) fn parent(&self, document: u32) -> Option<u32> {
        self.parents.get(document as usize).copied().filter(|parent| *parent != NONE)
    }

    /// How many organisations are above.
    pub(super) fn depth(&self, document: u32) -> u32 {
        self.depths.get(document as usize).copied().unwrap_or_default()
    }

    /// How many organisations are directly below.
    pub(super) fn child_count(&self, document: u32) -> u32 {
        self.children.get(document as usize).copied().unwrap_or_default()
    }

    /// An organisation and everything below it.
    pub(super) fn subtree(&self, document: u32) -> Range<u32> {
        self.ends.get(document as usize).map_or(0..0, |end| document..*end)
    }

    /// The organisations directly below one, in order; those without a parent for `None`.
    pub(super) fn children(&self, document: Option<u32>) -> impl Iterator<Item = u32> {
        let below = document.map_or(0..self.count(), |document| {
            let subtree = self.subtree(document);
            subtree.start.saturating_add(1)..subtree.end
        });
        let first = Some(below.start).filter(|first| *first < below.end);
        std::iter::successors(first, move |child| Some(self.subtree(*child).end).filter(|next| *next < below.end))
    }

    /// The memory that it takes, in bytes.
    pub(super) const fn heap_size(&self) -> usize {
        let places = self.parents.capacity() + self.depths.capacity() + self.ends.capacity() + self.children.capacity();
        places * size_of::<u32>()
    }
}
