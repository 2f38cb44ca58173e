//! Which values each document has, so small that counting a few documents is one walk over numbers.

use std::collections::HashMap;

use roaring::RoaringBitmap;

use super::numbers::Numbers;

/// The values of each document, for each of the four facets that have values.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) facets: [FacetRows; 4],
}

/// The values of each document of one facet. Few of the possible sets of values exist, so a document has the number of
/// one.
#[derive(Debug, Default)]
pub(super) struct FacetRows {
    /// The set of each document.
    pub(super) documents: Numbers,
    /// Where each set begins, and where the last one ends.
    pub(super) starts: Vec<u32>,
    /// The values of the sets, as numbers; those of each sorted.
    pub(super) values: Vec<u32>,
}

impl FacetRows {
    /// How many sets there are.
    pub(super) const fn sets(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    fn set(&self, set: usize) -> &[u32] {
        let start = self.starts.get(set).copied().unwrap_or_default();
        let end = self.starts.get(set + 1).copied().unwrap_or_default();
        self.values.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The values of a document.
    pub(super) fn of_document(&self, document: u32) -> &[u32] {
        self.documents.get(document as usize).map_or(&[], |set| self.set(set as usize))
    }

    /// How many of some documents have each of so many values.
    pub(super) fn count(&self, documents: &RoaringBitmap, values: u32) -> Vec<u64> {
        let mut counts = vec![0; values as usize];
        let mut add = |values: &[u32], more: u64| {
            for value in values {
                if let Some(count) = counts.get_mut(*value as usize) {
                    *count += more;
                }
            }
        };
        if documents.len() < self.sets() as u64 {
            documents.iter().for_each(|document| add(self.of_document(document), 1));
            return counts;
        }
        let mut of_sets = vec![0_u64; self.sets()];
        for set in documents.iter().filter_map(|document| self.documents.get(document as usize)) {
            if let Some(count) = of_sets.get_mut(set as usize) {
                *count += 1;
            }
        }
        for (set, count) in of_sets.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            add(self.set(set), count);
        }
        counts
    }
}

/// Takes the rows of documents one by one.
#[derive(Debug, Default)]
pub(super) struct RowsBuilder {
    facets: [FacetBuilder; 4],
}

#[derive(Debug, Default)]
struct FacetBuilder {
    documents: Vec<u32>,
    sets: HashMap<Box<[u32]>, u32>,
}

impl RowsBuilder {
    /// Takes a document with its values of each facet, as numbers that [`RowsBuilder::build`] gets the meaning of.
    pub(super) fn add(&mut self, values: [&[u32]; 4]) {
        for (facet, values) in self.facets.iter_mut().zip(values) {
            let number = number_of(&mut facet.sets, values);
            facet.documents.push(number);
        }
    }

    /// The rows. `numbers` has the number of each value by the number that it was taken with, for each facet.
    pub(super) fn build(self, numbers: &[Vec<u32>; 4]) -> Rows {
        let mut rows = Rows::default();
        for ((rows, facet), numbers) in rows.facets.iter_mut().zip(self.facets).zip(numbers) {
            rows.documents = Numbers::of(&facet.documents);
            rows.starts = Vec::with_capacity(facet.sets.len() + 1);
            rows.starts.push(0);
            for set in in_order(facet.sets) {
                let start = rows.values.len();
                rows.values.extend(set.iter().filter_map(|value| numbers.get(*value as usize)));
                rows.values.get_mut(start..).unwrap_or_default().sort_unstable();
                rows.starts.push(u32::try_from(rows.values.len()).unwrap_or(u32::MAX));
            }
            rows.values.shrink_to_fit();
        }
        rows
    }
}

fn number_of(known: &mut HashMap<Box<[u32]>, u32>, set: &[u32]) -> u32 {
    if let Some(number) = known.get(set) {
        return *number;
    }
    let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
    known.insert(set.into(), next);
    next
}

/// Numbered things in the order of their numbers.
fn in_order<T>(numbered: HashMap<T, u32>) -> Vec<T> {
    let mut sorted: Vec<(T, u32)> = numbered.into_iter().collect();
    sorted.sort_unstable_by_key(|(_, number)| *number);
    sorted.into_iter().map(|(thing, _)| thing).collect()
}
