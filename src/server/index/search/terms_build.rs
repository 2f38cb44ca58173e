//! Puts the index of terms together, document by document.

use std::collections::HashMap;

use fst::{Map, MapBuilder};
use roaring::RoaringBitmap;

use super::numbers::Numbers;
use super::terms::{FEW, HEAVY, TermIndex};

/// Takes the terms of each document, in the order of the documents.
#[derive(Debug, Default)]
pub(super) struct TermBuilder {
    /// The terms in the order in which they first came.
    seen: HashMap<Box<str>, u32>,
    /// The terms of all documents one after the other, as places in the order in which they first came.
    terms: Vec<u32>,
    /// Where the terms of each document end.
    ends: Vec<u32>,
    /// The terms of the document that is being taken.
    current: Vec<u32>,
}

impl TermBuilder {
    /// Takes a term of the current document. One that comes again counts once.
    pub(super) fn add(&mut self, term: &str) {
        let seen = if let Some(seen) = self.seen.get(term) {
            *seen
        } else {
            let next = u32::try_from(self.seen.len()).unwrap_or(u32::MAX);
            self.seen.insert(term.into(), next);
            next
        };
        self.current.push(seen);
    }

    /// Ends the current document. Its terms, each once, as places in the order in which they first came.
    pub(super) fn end_document(&mut self) -> &[u32] {
        self.current.sort_unstable();
        self.current.dedup();
        let start = self.terms.len();
        // What could not be counted is not taken: four thousand million terms do not fit into memory anyway.
        if u32::try_from(start + self.current.len()).is_ok() {
            self.terms.append(&mut self.current);
        }
        self.current.clear();
        self.ends.push(u32::try_from(self.terms.len()).unwrap_or(u32::MAX));
        self.terms.get(start..).unwrap_or_default()
    }

    /// The index, and the number of each term by its place in the order in which they first came.
    pub(super) fn build(self) -> (TermIndex, Vec<u32>) {
        let mut sorted: Vec<(Box<str>, u32)> = self.seen.into_iter().collect();
        sorted.sort_unstable();
        let mut numbers = vec![0; sorted.len()];
        for (number, (_, seen)) in (0..).zip(&sorted) {
            if let Some(place) = numbers.get_mut(*seen as usize) {
                *place = number;
            }
        }
        let map = map_of(sorted.iter().map(|(term, _)| term.as_ref()));
        drop(sorted);
        let mut postings = Postings::new(&self.terms, &numbers, self.ends.len());
        let mut start = 0;
        for (document, end) in (0..).zip(&self.ends) {
            for seen in self.terms.get(start..*end as usize).unwrap_or_default() {
                postings.put(numbers.get(*seen as usize).copied().unwrap_or_default(), document);
            }
            start = *end as usize;
        }
        (postings.index(map), numbers)
    }
}

/// The number of each of some sorted terms, each of which comes once.
fn map_of<'a>(sorted: impl Iterator<Item = &'a str>) -> Map<Vec<u8>> {
    let mut builder = MapBuilder::memory();
    for (number, term) in (0..).zip(sorted) {
        // Only the order can be wrong, and it is not: then a term would not be found.
        let inserted = builder.insert(term, number);
        debug_assert!(inserted.is_ok());
    }
    let mut bytes = builder.into_map().into_fst().into_inner();
    bytes.shrink_to_fit();
    Map::new(bytes).unwrap_or_default()
}

/// The documents of each term while they are put in their places.
struct Postings {
    starts: Vec<u32>,
    /// Where the next document of each term goes.
    next: Vec<u32>,
    documents: Vec<u32>,
    /// The documents of heavy terms; none for the others.
    heavy: Vec<(u32, RoaringBitmap)>,
    /// The place of each heavy term among them.
    heavy_places: HashMap<u32, usize>,
}

impl Postings {
    fn new(terms: &[u32], numbers: &[u32], count: usize) -> Self {
        let mut sizes = vec![0_u32; numbers.len()];
        for seen in terms {
            let number = numbers.get(*seen as usize).copied().unwrap_or_default();
            if let Some(size) = sizes.get_mut(number as usize) {
                *size += 1;
            }
        }
        let most = (u32::try_from(count).unwrap_or(u32::MAX) / HEAVY).max(FEW);
        let mut starts = Vec::with_capacity(numbers.len() + 1);
        let (mut heavy, mut heavy_places) = (Vec::new(), HashMap::new());
        let mut start = 0;
        for (number, size) in (0..).zip(sizes) {
            starts.push(start);
            if size > most {
                heavy_places.insert(number, heavy.len());
                heavy.push((number, RoaringBitmap::new()));
            } else {
                start += size;
            }
        }
        starts.push(start);
        Self { next: starts.clone(), starts, documents: vec![0; start as usize], heavy, heavy_places }
    }

    fn put(&mut self, number: u32, document: u32) {
        let is_light = self.starts.get(number as usize) < self.starts.get(number as usize + 1);
        if !is_light {
            let place = self.heavy_places.get(&number).and_then(|place| self.heavy.get_mut(*place));
            if let Some((_, documents)) = place {
                documents.insert(document);
            }
        } else if let Some(next) = self.next.get_mut(number as usize) {
            if let Some(place) = self.documents.get_mut(*next as usize) {
                *place = document;
            }
            *next += 1;
        }
    }

    fn index(mut self, terms: Map<Vec<u8>>) -> TermIndex {
        for (_, documents) in &mut self.heavy {
            // Runs would take less room, but two bitmaps are intersected several times as fast. While it grew it took more
            // room than it needs; a copy does not.
            *documents = documents.clone();
        }
        TermIndex { terms, starts: self.starts, documents: Numbers::of(&self.documents), heavy: self.heavy }
    }
}
