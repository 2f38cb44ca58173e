//! Which documents have a term: a word, a host or a value. A term is found by its beginning as fast as whole.

use std::borrow::Cow;
use std::ops::Range;

use fst::{Automaton, IntoStreamer, Map, Streamer};
use roaring::RoaringBitmap;

use super::bits::Bits;
use super::numbers::Numbers;

/// A term that more than one document in so many has is kept as a bitmap.
pub(super) const HEAVY: u32 = 32;
/// But a term that no more documents than these have never is.
pub(super) const FEW: u32 = 12;
/// When more than one document in so many is named, bits are set instead of numbers sorted.
const DENSE: usize = 256;

/// The documents of each term. Terms are numbered in the order of their bytes, so that what begins alike is one range,
/// and the documents stand in the order of the terms, so that such a range is one slice.
#[derive(Debug)]
pub(super) struct TermIndex {
    /// The number of each term.
    pub(super) terms: Map<Vec<u8>>,
    /// Where the documents of each term begin, and where the last ones end.
    pub(super) starts: Vec<u32>,
    pub(super) documents: Numbers,
    /// The terms that a large part of the documents has, by number; they have no slice.
    pub(super) heavy: Vec<(u32, RoaringBitmap)>,
}

impl TermIndex {
    /// How many terms there are.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.terms.len()).unwrap_or(u32::MAX)
    }

    /// The number of a term.
    pub(super) fn number(&self, term: &str) -> Option<u32> {
        self.terms.get(term).and_then(|number| u32::try_from(number).ok())
    }

    /// The term with a number.
    pub(super) fn term(&self, number: u32) -> Option<String> {
        String::from_utf8(self.terms.as_fst().get_key(u64::from(number))?).ok()
    }

    /// The numbers of the one term, if it is there.
    pub(super) fn whole(&self, term: &str) -> Range<u32> {
        self.number(term).map_or(0..0, |number| number..number.saturating_add(1))
    }

    /// The numbers of the terms with a beginning.
    pub(super) fn beginning(&self, beginning: &str) -> Range<u32> {
        let first_from = |bytes: &[u8]| {
            let mut stream = self.terms.range().ge(bytes).into_stream();
            stream.next().and_then(|(_, number)| u32::try_from(number).ok()).unwrap_or_else(|| self.len())
        };
        let mut end = beginning.as_bytes().to_vec();
        // Text in UTF-8 has no byte 255, so the last byte can always grow.
        let Some(last) = end.last_mut() else { return 0..self.len() };
        *last = last.saturating_add(1);
        first_from(beginning.as_bytes())..first_from(&end)
    }

    /// The numbers of the terms that an automaton accepts.
    pub(super) fn accepted(&self, automaton: impl Automaton) -> Vec<u32> {
        let mut stream = self.terms.search(automaton).into_stream();
        let mut numbers = Vec::new();
        while let Some((_, number)) = stream.next() {
            numbers.extend(u32::try_from(number).ok());
        }
        numbers
    }

    /// Where the documents of a range of terms stand.
    fn slice(&self, numbers: &Range<u32>) -> Range<usize> {
        let start = self.starts.get(numbers.start as usize).copied().unwrap_or_default();
        let end = self.starts.get(numbers.end as usize).copied().unwrap_or_default();
        start as usize..end as usize
    }

    fn heavy_in(&self, numbers: &Range<u32>) -> &[(u32, RoaringBitmap)] {
        let place = |number: u32| self.heavy.partition_point(|(heavy, _)| *heavy < number);
        self.heavy.get(place(numbers.start)..place(numbers.end)).unwrap_or_default()
    }

    /// How many documents a term has.
    pub(super) fn documents_of(&self, number: u32) -> u64 {
        let numbers = number..number.saturating_add(1);
        let heavy = self.heavy_in(&numbers).iter().map(|(_, documents)| documents.len());
        self.slice(&numbers).len() as u64 + heavy.sum::<u64>()
    }

    /// How many of some documents each term has. `bits` are the same documents.
    pub(super) fn count(&self, documents: &RoaringBitmap, bits: &Bits) -> Vec<u64> {
        let light = |bounds: &[u32]| {
            let mut count = 0;
            if let [start, end] = bounds {
                self.documents.each(*start as usize..*end as usize, |document| count += u64::from(bits.has(document)));
            }
            count
        };
        let mut counts: Vec<u64> = self.starts.windows(2).map(light).collect();
        for (number, heavy) in &self.heavy {
            if let Some(count) = counts.get_mut(*number as usize) {
                *count = heavy.intersection_len(documents);
            }
        }
        counts
    }
}

/// The documents of many terms, of several indexes of the same documents.
#[derive(Debug, Default)]
pub(super) struct Union<'a> {
    slices: Vec<(&'a Numbers, Range<usize>)>,
    heavy: Vec<&'a RoaringBitmap>,
    /// How many documents they name, those named twice counted twice.
    pub(super) size: u64,
}

impl<'a> Union<'a> {
    /// Takes in the documents of a range of terms.
    pub(super) fn add(&mut self, index: &'a TermIndex, numbers: &Range<u32>) {
        let slice = index.slice(numbers);
        self.size += slice.len() as u64;
        if !slice.is_empty() {
            self.slices.push((&index.documents, slice));
        }
        for (_, documents) in index.heavy_in(numbers) {
            self.size += documents.len();
            self.heavy.push(documents);
        }
    }

    /// The documents, of `count` in all.
    pub(super) fn documents(self, count: u32) -> Cow<'a, RoaringBitmap> {
        if let ([], [only]) = (self.slices.as_slice(), self.heavy.as_slice()) {
            return Cow::Borrowed(only);
        }
        let mut documents = bitmap(&self.slices, count);
        for heavy in self.heavy {
            documents |= heavy;
        }
        Cow::Owned(documents)
    }
}

/// The documents that slices name, of `count` in all.
fn bitmap(slices: &[(&Numbers, Range<usize>)], count: u32) -> RoaringBitmap {
    let named: usize = slices.iter().map(|(_, slice)| slice.len()).sum();
    if named > count as usize / DENSE {
        let mut bits = Bits::none(count);
        for (documents, slice) in slices {
            documents.each(slice.clone(), |document| bits.set(document));
        }
        return bits.bitmap();
    }
    let mut sorted: Vec<u32> = slices.iter().flat_map(|(documents, slice)| documents.part(slice.clone())).collect();
    sorted.sort_unstable();
    sorted.dedup();
    RoaringBitmap::from_sorted_iter(sorted).unwrap_or_default()
}
