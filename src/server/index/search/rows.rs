//! What is counted of each document, so small that counting a part of them is one walk over numbers.

use std::collections::HashMap;

use roaring::RoaringBitmap;

/// The values of each document, without their texts. Few of the possible combinations of values exist, so a document
/// is the number of one.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// The combination of each document.
    pub(super) documents: Vec<u32>,
    pub(super) combinations: Vec<Combination>,
    /// The sets of values of each of the four facets that have values.
    pub(super) sets: [Sets; 4],
}

/// The values of some documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Combination {
    /// The set of values of each facet.
    pub(super) sets: [u32; 4],
    pub(super) is_production: bool,
    pub(super) is_disabled: bool,
}

/// Sets of values of one facet, each sorted.
#[derive(Debug, Default)]
pub(super) struct Sets {
    /// Where each set begins, and where the last one ends.
    pub(super) starts: Vec<u32>,
    pub(super) values: Vec<u32>,
}

/// How many documents have each value.
#[derive(Debug, Default)]
pub(super) struct RowCounts {
    /// By facet and number of the value.
    pub(super) values: [Vec<u64>; 4],
    /// How many are of production.
    pub(super) production: u64,
    /// How many are disabled.
    pub(super) disabled: u64,
    /// How many there are.
    pub(super) all: u64,
}

impl Sets {
    pub(super) fn get(&self, set: u32) -> &[u32] {
        let start = self.starts.get(set as usize).copied().unwrap_or_default();
        let end = self.starts.get(set as usize + 1).copied().unwrap_or_default();
        self.values.get(start as usize..end as usize).unwrap_or_default()
    }
}

impl Rows {
    fn combination(&self, document: u32) -> Option<&Combination> {
        self.combinations.get(*self.documents.get(document as usize)? as usize)
    }

    /// The number of the first value that a document has of a facet, in the order of the values.
    pub(super) fn first_value(&self, document: u32, facet: usize) -> Option<u32> {
        let set = *self.combination(document)?.sets.get(facet)?;
        self.sets.get(facet)?.get(set).first().copied()
    }

    /// How many of some documents have each value. `sizes` is how many values each facet has; none where they are not
    /// asked for.
    pub(super) fn count(&self, documents: &RoaringBitmap, sizes: [u32; 4]) -> RowCounts {
        let mut counts = RowCounts { values: sizes.map(|size| vec![0; size as usize]), ..RowCounts::default() };
        for (combination, count) in self.by_combination(documents) {
            counts.all += count;
            counts.production += if combination.is_production { count } else { 0 };
            counts.disabled += if combination.is_disabled { count } else { 0 };
            for ((values, sets), set) in counts.values.iter_mut().zip(&self.sets).zip(combination.sets) {
                if !values.is_empty() {
                    for value in sets.get(set) {
                        if let Some(value) = values.get_mut(*value as usize) {
                            *value += count;
                        }
                    }
                }
            }
        }
        counts
    }

    /// How many of some documents have each combination; combinations may come several times.
    fn by_combination(&self, documents: &RoaringBitmap) -> Vec<(&Combination, u64)> {
        let known = |document: u32| self.documents.get(document as usize).copied();
        if documents.len() < self.combinations.len() as u64 / 4 {
            return documents.iter().filter_map(|document| Some((self.combination(document)?, 1))).collect();
        }
        let mut counts = vec![0_u32; self.combinations.len()];
        for document in documents {
            if let Some(count) = known(document).and_then(|combination| counts.get_mut(combination as usize)) {
                *count += 1;
            }
        }
        let counted = self.combinations.iter().zip(counts).filter(|(_, count)| *count > 0);
        counted.map(|(combination, count)| (combination, u64::from(count))).collect()
    }
}

/// Takes the rows of documents one by one.
#[derive(Debug, Default)]
pub(super) struct RowsBuilder {
    documents: Vec<u32>,
    combinations: HashMap<Combination, u32>,
    sets: [HashMap<Box<[u32]>, u32>; 4],
}

impl RowsBuilder {
    /// Takes a document with its values of each facet, as numbers that [`RowsBuilder::build`] gets the meaning of.
    pub(super) fn add(&mut self, values: [&[u32]; 4], is_production: bool, is_disabled: bool) {
        let mut sets = [0; 4];
        for ((set, known), values) in sets.iter_mut().zip(&mut self.sets).zip(values) {
            *set = number_of(known, values);
        }
        let combination = Combination { sets, is_production, is_disabled };
        let next = u32::try_from(self.combinations.len()).unwrap_or(u32::MAX);
        self.documents.push(*self.combinations.entry(combination).or_insert(next));
    }

    /// The rows. `numbers` has the number of each value by the number that it was taken with, for each facet.
    pub(super) fn build(self, numbers: &[Vec<u32>; 4]) -> Rows {
        let mut rows = Rows { documents: self.documents, ..Rows::default() };
        rows.documents.shrink_to_fit();
        rows.combinations = in_order(self.combinations);
        for ((sets, known), numbers) in rows.sets.iter_mut().zip(self.sets).zip(numbers) {
            sets.starts.push(0);
            for set in in_order(known) {
                let start = sets.values.len();
                sets.values.extend(set.iter().filter_map(|value| numbers.get(*value as usize)));
                sets.values.get_mut(start..).unwrap_or_default().sort_unstable();
                sets.starts.push(u32::try_from(sets.values.len()).unwrap_or(u32::MAX));
            }
            sets.starts.shrink_to_fit();
            sets.values.shrink_to_fit();
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
