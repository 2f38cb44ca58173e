//! The counts of values while they are put together: which of them are listed, and in what order.

use std::cmp::Ordering;

use super::terms::TermIndex;
use crate::domain::facet::Facet;
use crate::domain::listing::FacetCounts;

/// The counts of values while they are put together.
#[derive(Debug, Default)]
pub(super) struct Tally {
    values: Vec<(String, u64)>,
    /// How many values are left out that some object has.
    more: u64,
}

impl Tally {
    /// All values that there are.
    pub(super) fn listed(values: Vec<(String, u64)>) -> Self {
        Self { values, more: 0 }
    }

    /// The values that most documents have, and some more that are needed anyway. The counts are those of the terms, by
    /// their numbers.
    pub(super) fn of_terms<'v>(
        index: &TermIndex,
        counts: &[u64],
        needed: impl Iterator<Item = &'v str>,
        most: usize,
    ) -> Self {
        let needed: Vec<u32> = needed.filter_map(|value| index.number(value)).collect();
        let counts = (0..).zip(counts).map(|(number, count)| (number, *count));
        // Numbers are in the order of the values.
        Self::of(counts.collect(), needed, u32::cmp, |number| index.term(number), most)
    }

    /// The numbers that have the highest counts, and some more that are needed anyway. `order` is that of their values.
    pub(super) fn of(
        mut counts: Vec<(u32, u64)>,
        mut needed: Vec<u32>,
        order: impl Fn(&u32, &u32) -> Ordering,
        value: impl Fn(u32) -> Option<String>,
        most: usize,
    ) -> Self {
        needed.sort_unstable();
        let is_needed = |number: &u32| needed.binary_search(number).is_ok();
        let kept: Vec<(u32, u64)> = counts.extract_if(.., |(number, _)| is_needed(number)).collect();
        counts.retain(|(_, count)| *count > 0);
        let more = counts.len().saturating_sub(most);
        if more > 0 {
            counts.select_nth_unstable_by(most, |(left, left_count), (right, right_count)| {
                right_count.cmp(left_count).then_with(|| order(left, right))
            });
            counts.truncate(most);
        }
        let values = counts.into_iter().chain(kept).filter_map(|(number, count)| Some((value(number)?, count)));
        Self { values: values.collect(), more: more as u64 }
    }

    /// Adds one to each of some values, as often as it is among them.
    pub(super) fn add_all<V: AsRef<str> + Ord>(&mut self, mut values: Vec<V>) {
        values.sort_unstable();
        for same in values.chunk_by(|left, right| left == right) {
            self.add(same.first().map(AsRef::as_ref).unwrap_or_default(), same.len() as u64);
        }
    }

    fn add(&mut self, value: &str, count: u64) {
        match self.values.iter_mut().find(|(known, _)| known == value) {
            Some((_, known)) => *known += count,
            None => self.values.push((value.to_owned(), count)),
        }
    }

    /// The counts as a page shows them. Chosen values are among them in any case.
    pub(super) fn finish(mut self, facet: Facet, chosen: &[&str], most: usize) -> FacetCounts {
        for value in chosen {
            self.add(value, 0);
        }
        FacetCounts::listed(facet, self.values, self.more, chosen, most)
    }
}
