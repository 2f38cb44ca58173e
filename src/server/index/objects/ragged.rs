//! Short lists of numbers, one after the other.

/// Lists that are numbered from 0.
#[derive(Debug, Default)]
pub(super) struct Ragged {
    pub(super) items: Vec<u32>,
    pub(super) ends: Vec<u32>,
}

impl Ragged {
    /// Lists that were written before, if the ends belong to the items.
    pub(super) fn of(items: Vec<u32>, ends: Vec<u32>) -> Option<Self> {
        let last = ends.last().copied().unwrap_or_default();
        (ends.is_sorted() && last as usize == items.len()).then_some(Self { items, ends })
    }

    /// Appends a list, and says its number.
    pub(super) fn push(&mut self, list: impl IntoIterator<Item = u32>) -> u32 {
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.items.extend(list);
        self.ends.push(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
        number
    }

    /// How many lists there are.
    pub(super) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// A list; an empty one where there is no such list.
    pub(super) fn get(&self, number: u32) -> &[u32] {
        let find = || {
            let number = number as usize;
            let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
            self.items.get(start as usize..*self.ends.get(number)? as usize)
        };
        find().unwrap_or_default()
    }

    /// Gives back memory that was made ready for more lists.
    pub(super) fn shrink_to_fit(&mut self) {
        self.items.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// The memory that they take, in bytes.
    pub(super) const fn heap_size(&self) -> usize {
        (self.items.capacity() + self.ends.capacity()) * size_of::<u32>()
    }
}
