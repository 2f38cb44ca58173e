//! What a question finds, before it is cut into pages.

use roaring::RoaringBitmap;

use super::hit::Hit;
use super::judged::{Judged, judged};
use super::kind::KindIndex;
use super::matching::{Matching, matching, misspelt};
use super::narrowing::Narrowing;
use super::order::Order;
use super::page::{Pages, Segment};
use super::patch::Patch;
use super::place::Places;
use super::question::{Question, Scope};
use super::rules::{Class, Search};
use crate::domain::sort::Sort;
use crate::server::index::source::Source;

/// What a question finds.
#[derive(Debug)]
pub(super) struct Found<'a, S> {
    pub(super) index: &'a KindIndex,
    source: &'a S,
    pub(super) narrowing: Narrowing<'a>,
    /// Whether there is a search, so that some matches are better than others.
    is_search: bool,
    /// The documents that the search finds, whatever the filters say.
    searched: RoaringBitmap,
    /// Those documents that are let through: that match exactly, or by their beginnings, or in any way that is listed.
    /// Each holds the one before.
    exact: RoaringBitmap,
    beginning: RoaringBitmap,
    listed: RoaringBitmap,
    /// The patched objects that the search finds, whatever the filters say.
    pub(super) judged: Vec<Judged<'a>>,
    /// How many patched objects are within reach.
    pub(super) reached: u64,
}

impl<'a, S: Source> Found<'a, S> {
    /// Spelling mistakes are looked for when everything else does not fill a page of so many rows.
    pub(super) fn of(
        index: &'a KindIndex,
        source: &'a S,
        patch: &'a Patch,
        question: &Question<'_>,
        rows: usize,
    ) -> Self {
        let search = Search::of(&question.query.search);
        let narrowing = Narrowing::of(index, source, patch, question);
        let (mut judged, reached) = judged(source, patch, question, &search);
        let is_search = !search.terms.is_empty();
        let Matching { exact, beginning } = matching(index, source, &search);
        let in_filters = |documents: &RoaringBitmap| narrowing.of_these(documents, None);
        let listed = in_filters(&beginning);
        let is_right = |judged: &&Judged<'_>| judged.class != Class::Misspelt && judged.passes(None);
        let right = listed.len() + judged.iter().filter(is_right).count() as u64;
        let is_short = is_search && right < rows as u64;
        if !is_short {
            judged.retain(|judged| judged.class != Class::Misspelt);
        }
        let mut found = Self {
            source,
            exact: if is_search { in_filters(&exact) } else { RoaringBitmap::new() },
            beginning: if is_short { listed.clone() } else { RoaringBitmap::new() },
            searched: beginning.into_owned(),
            index,
            narrowing,
            is_search,
            listed,
            judged,
            reached,
        };
        if is_short {
            found.searched = misspelt(index, source, &search).into_owned();
            found.listed = found.narrowing.of_these(&found.searched, None);
        } else {
            found.beginning.clone_from(&found.listed);
        }
        found
    }

    /// The documents that match, in any way that is listed.
    pub(super) const fn documents(&self) -> &RoaringBitmap {
        &self.listed
    }

    /// The documents that the search finds, whatever the filters say.
    pub(super) const fn searched(&self) -> &RoaringBitmap {
        &self.searched
    }

    /// How many objects match.
    pub(super) fn matching(&self) -> u64 {
        self.listed.len() + self.judged.iter().filter(|judged| judged.passes(None)).count() as u64
    }

    /// How many objects match only with a spelling mistake.
    pub(super) fn misspelt(&self) -> u64 {
        let patched = self.judged.iter().filter(|judged| judged.class == Class::Misspelt && judged.passes(None));
        self.listed.difference_len(&self.beginning) + patched.count() as u64
    }

    /// What was found in the order that is asked for. `organisations` is the order of their names.
    pub(super) fn pages(&self, organisations: &Order, patch: &'a Patch, question: &Question<'a>) -> Pages<'a, S> {
        let Sort { column, is_descending } = question.query.sort.unwrap_or_default();
        let mut pages = Pages {
            places: Places::new(self.source, Some(patch), self.index.kind, column, question.scope),
            indexed: Places::new(self.source, None, self.index.kind, column, &Scope::All),
            order: self.index.order(self.source, column, organisations),
            is_descending,
            segments: self.segments(question.query.sort.is_some()),
        };
        self.add_others(&mut pages);
        pages
    }

    /// The documents by how well they match, or all together when that does not count.
    fn segments(&self, is_sorted: bool) -> Vec<Segment> {
        let segment = |class: u8, documents: RoaringBitmap| Segment { class, documents, others: Vec::new() };
        if is_sorted || !self.is_search {
            return vec![segment(0, self.listed.clone())];
        }
        let (beginning, misspelt) = (&self.beginning - &self.exact, &self.listed - &self.beginning);
        [self.exact.clone(), beginning, misspelt]
            .into_iter()
            .zip(0..)
            .map(|(documents, class)| segment(class, documents))
            .collect()
    }

    /// Adds what is not where the index has it: patched objects, and documents that these have moved.
    fn add_others(&self, pages: &mut Pages<'_, S>) {
        let Pages { places, segments, .. } = pages;
        for judged in self.judged.iter().filter(|judged| judged.passes(None)) {
            let place = if segments.len() == 1 { 0 } else { judged.class as usize };
            if let Some(segment) = segments.get_mut(place) {
                segment.others.push((places.of_subject(judged.subject), Hit::Patched(judged.place)));
            }
        }
        let moved = places.moved();
        for segment in segments {
            for document in &segment.documents & &moved {
                segment.others.push((places.of_document(document), Hit::Document(document)));
            }
            segment.documents -= &moved;
            segment.others.sort_unstable();
        }
    }
}
