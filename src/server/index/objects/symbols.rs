//! Texts that many objects share, such as scopes, and the lists of them: each kept once.

use super::ragged::Ragged;

/// The number of the list that is empty.
pub(super) const EMPTY: u32 = 0;

/// Texts and lists of texts, each with a number.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    pub(super) text: String,
    /// Where each text ends.
    pub(super) ends: Vec<u64>,
    /// The texts of each list, in the partner's order.
    pub(super) lists: Ragged,
    /// The same, sorted by number and each once.
    sets: Ragged,
}

impl Symbols {
    /// Symbols that were written before, if they belong together.
    pub(super) fn of(text: String, ends: Vec<u64>, lists: Ragged) -> Option<Self> {
        let is_border = |end: &u64| usize::try_from(*end).is_ok_and(|end| text.is_char_boundary(end));
        let count = u32::try_from(ends.len()).ok()?;
        let is_known = |symbol: &u32| *symbol < count;
        let is_whole = ends.is_sorted() && ends.iter().all(is_border) && lists.items.iter().all(is_known);
        if !is_whole || lists.len() == 0 || !lists.get(EMPTY).is_empty() {
            return None;
        }
        let mut symbols = Self { text, ends, lists: Ragged::default(), sets: Ragged::default() };
        for number in (0..).take(lists.len()) {
            symbols.push_set(lists.get(number));
        }
        symbols.lists = lists;
        Some(symbols)
    }

    /// Appends a text, and says its number.
    pub(super) fn push_text(&mut self, text: &str) -> u32 {
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.text.push_str(text);
        self.ends.push(self.text.len() as u64);
        number
    }

    /// Appends a list of texts, and says its number.
    pub(super) fn push_list(&mut self, list: &[u32]) -> u32 {
        self.push_set(list);
        self.lists.push(list.iter().copied())
    }

    fn push_set(&mut self, list: &[u32]) {
        let mut set = list.to_vec();
        set.sort_unstable();
        set.dedup();
        self.sets.push(set);
    }

    /// Gives back memory that was made ready for more.
    pub(super) fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.lists.shrink_to_fit();
        self.sets.shrink_to_fit();
    }

    /// The text with a number; an empty one where there is none.
    pub(super) fn text(&self, symbol: u32) -> &str {
        let find = || {
            let symbol = symbol as usize;
            let start = symbol.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
            self.text.get(usize::try_from(start).ok()?..usize::try_from(*self.ends.get(symbol)?).ok()?)
        };
        find().unwrap_or_default()
    }

    /// The texts of a list, in the partner's order.
    pub(super) fn list(&self, number: u32) -> impl ExactSizeIterator<Item = &str> {
        self.lists.get(number).iter().map(|symbol| self.text(*symbol))
    }

    /// The texts of two lists, each once.
    pub(super) fn union(&self, left: u32, right: u32) -> impl Iterator<Item = &str> {
        let (mut left, mut right) = (self.sets.get(left), self.sets.get(right));
        std::iter::from_fn(move || {
            let next = *left.first().into_iter().chain(right.first()).min()?;
            for side in [&mut left, &mut right] {
                if let Some((first, rest)) = side.split_first()
                    && *first == next
                {
                    *side = rest;
                }
            }
            Some(self.text(next))
        })
    }

    /// The memory that they take, in bytes.
    pub(super) const fn heap_size(&self) -> usize {
        let texts = self.text.capacity() + self.ends.capacity() * size_of::<u64>();
        texts + self.lists.heap_size() + self.sets.heap_size()
    }
}
