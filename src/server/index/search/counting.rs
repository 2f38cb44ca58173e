//! How many objects have each value of the counted facets.

use roaring::RoaringBitmap;

use super::judged::Judged;
use super::kind::KindIndex;
use super::narrowing::Narrowing;
use super::rows::RowCounts;
use super::rules::{production_value, state_value};
use super::subject::value_facet;
use super::terms::TermIndex;
use crate::domain::facet::{Facet, PRODUCTION, STATE};
use crate::domain::listing::{FacetCounts, MOST_COUNTED_VALUES};
use crate::domain::object_query::ObjectQuery;

/// What is counted.
#[derive(Debug)]
pub(super) struct Counting<'a> {
    pub(super) index: &'a KindIndex,
    pub(super) query: &'a ObjectQuery,
    pub(super) narrowing: &'a Narrowing<'a>,
    /// The documents that the search finds, whatever the filters say.
    pub(super) found: &'a RoaringBitmap,
    /// The patched objects that the search finds, whatever the filters say.
    pub(super) judged: &'a [Judged<'a>],
}

impl Counting<'_> {
    /// The counts of all counted facets, in the order of the page. `matching` are the documents that all filters let
    /// through.
    pub(super) fn counts(&self, matching: &RoaringBitmap) -> Vec<FacetCounts> {
        let kind = self.index.kind;
        let facets = Facet::ALL.into_iter().filter(|facet| facet.is_counted() && facet.applies_to(kind));
        let is_filtered = |facet: Facet| self.query.filters.iter().any(|filter| filter.facet == facet);
        // One walk counts all facets that have no filter: what is let through is the same for them.
        let free: Vec<Facet> = facets.clone().filter(|facet| !is_filtered(*facet)).collect();
        let of_all = self.count(matching, &free);
        let of_each = facets.map(|facet| {
            if is_filtered(facet) {
                let documents = self.narrowing.of_these(self.found, Some(facet));
                self.of_facet(facet, &self.count(&documents, &[facet]))
            } else {
                self.of_facet(facet, &of_all)
            }
        });
        of_each.collect()
    }

    /// How many of some documents have each value. Of more than half, the others are counted.
    fn count(&self, documents: &RoaringBitmap, facets: &[Facet]) -> RowCounts {
        let mut sizes = [0; 4];
        for facet in facets.iter().filter_map(|facet| value_facet(*facet)) {
            if let (Some(size), Some(values)) = (sizes.get_mut(facet), self.index.values.get(facet)) {
                *size = values.len();
            }
        }
        if documents.len() <= u64::from(self.index.count / 2) {
            return self.index.rows.count(documents, sizes);
        }
        let others = self.index.rows.count(&(&self.index.all - documents), sizes);
        let mut counts = RowCounts {
            production: self.index.production.len().saturating_sub(others.production),
            disabled: self.index.disabled.len().saturating_sub(others.disabled),
            all: documents.len(),
            values: others.values,
        };
        for (values, of_these) in self.index.values.iter().zip(&mut counts.values) {
            for (number, count) in (0..).zip(of_these.iter_mut()) {
                *count = values.documents_of(number).saturating_sub(*count);
            }
        }
        counts
    }

    fn of_facet(&self, facet: Facet, counts: &RowCounts) -> FacetCounts {
        let chosen: Vec<&str> =
            [false, true].iter().flat_map(|is_not| self.query.values(facet, *is_not)).map(String::as_str).collect();
        let mut patched: Vec<&str> = Vec::new();
        for judged in self.judged.iter().filter(|judged| judged.passes(Some(facet))) {
            match facet {
                Facet::Production => patched.push(production_value(judged.subject.is_production)),
                Facet::State => patched.push(state_value(judged.subject.is_disabled)),
                _ => patched.extend(judged.subject.values(facet).iter().map(String::as_str)),
            }
        }
        patched.sort_unstable();
        let flags = |values: [&str; 2], first: u64, second: u64| Tally {
            values: vec![(values[0].to_owned(), first), (values[1].to_owned(), second)],
            more: 0,
        };
        let mut tally = match (facet, self.index.values(facet)) {
            (Facet::Production, _) => {
                flags(PRODUCTION, counts.production, counts.all.saturating_sub(counts.production))
            }
            (Facet::State, _) => flags(STATE, counts.all.saturating_sub(counts.disabled), counts.disabled),
            (_, Some(index)) => {
                let counted = value_facet(facet).and_then(|facet| counts.values.get(facet));
                Tally::of(index, counted.map_or(&[], Vec::as_slice), chosen.iter().chain(&patched).copied())
            }
            _ => Tally::default(),
        };
        for same in patched.chunk_by(|left, right| left == right) {
            tally.add(same.first().copied().unwrap_or_default(), same.len() as u64);
        }
        tally.finish(facet, &chosen)
    }
}

/// The counts of values while they are put together.
#[derive(Debug, Default)]
struct Tally {
    values: Vec<(String, u64)>,
    /// How many values are left out that some object has.
    more: u64,
}

impl Tally {
    /// The values that most documents have, and some more that are needed anyway.
    fn of<'v>(index: &TermIndex, counts: &[u64], needed: impl Iterator<Item = &'v str>) -> Self {
        let mut needed: Vec<u32> = needed.filter_map(|value| index.number(value)).collect();
        needed.sort_unstable();
        needed.dedup();
        let counted = (0..).zip(counts).filter(|(_, count)| **count > 0).map(|(number, count)| (*count, number));
        let mut counted: Vec<(u64, u32)> =
            counted.filter(|(_, number)| needed.binary_search(number).is_err()).collect();
        // Numbers are in the order of the values.
        let by_count = |(count, number): &(u64, u32)| (std::cmp::Reverse(*count), *number);
        let more = counted.len().saturating_sub(MOST_COUNTED_VALUES);
        if more > 0 {
            counted.select_nth_unstable_by_key(MOST_COUNTED_VALUES, by_count);
            counted.truncate(MOST_COUNTED_VALUES);
        }
        let needed =
            needed.into_iter().map(|number| (counts.get(number as usize).copied().unwrap_or_default(), number));
        let values = counted.into_iter().chain(needed);
        let values = values.filter_map(|(count, number)| Some((index.term(number)?, count)));
        Self { values: values.collect(), more: more as u64 }
    }

    fn add(&mut self, value: &str, count: u64) {
        match self.values.iter_mut().find(|(known, _)| known == value) {
            Some((_, known)) => *known += count,
            None => self.values.push((value.to_owned(), count)),
        }
    }

    fn finish(mut self, facet: Facet, chosen: &[&str]) -> FacetCounts {
        for value in chosen {
            self.add(value, 0);
        }
        let is_chosen = |value: &str| chosen.contains(&value);
        self.values.retain(|(value, count)| *count > 0 || is_chosen(value));
        self.values.sort_unstable_by(|(left, left_count), (right, right_count)| {
            right_count.cmp(left_count).then_with(|| left.cmp(right))
        });
        let chosen = self.values.iter().filter(|(value, _)| is_chosen(value)).count();
        let mut room = MOST_COUNTED_VALUES.saturating_sub(chosen);
        let mut more = self.more;
        self.values.retain(|(value, _)| {
            let is_listed = is_chosen(value) || room > 0;
            if !is_chosen(value) {
                room = room.saturating_sub(1);
            }
            more += u64::from(!is_listed);
            is_listed
        });
        FacetCounts { facet, values: self.values, more }
    }
}
