//! How many objects have each value of the counted facets.

use roaring::RoaringBitmap;

use super::judged::Judged;
use super::kind::KindIndex;
use super::narrowing::Narrowing;
use super::rules::{production_value, state_value};
use super::subject::value_facet;
use super::terms::{TermIndex, bits_of};
use crate::domain::facet::{Facet, PRODUCTION, STATE};
use crate::domain::listing::{FacetCounts, MOST_COUNTED_VALUES};
use crate::domain::object_query::ObjectQuery;

/// One document in so many, or fewer, are looked at one by one.
const FEW: u32 = 32;

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

/// How many of some documents there are, and how many of them have each value of the facets that are asked for.
#[derive(Debug, Default)]
struct Counts {
    /// By facet and number of the value.
    values: [Vec<u64>; 4],
    production: u64,
    disabled: u64,
    all: u64,
}

impl Counting<'_> {
    /// The counts of all counted facets, in the order of the page. `matching` are the documents that all filters let
    /// through.
    pub(super) fn counts(&self, matching: &RoaringBitmap) -> Vec<FacetCounts> {
        let kind = self.index.kind;
        let facets = Facet::ALL.into_iter().filter(|facet| facet.is_counted() && facet.applies_to(kind));
        let is_filtered = |facet: Facet| self.query.filters.iter().any(|filter| filter.facet == facet);
        // What is let through is the same for all facets that have no filter.
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

    /// How many of some documents have each value. Few are looked at one by one, nearly all are told by the few others,
    /// and of anything between them the documents of each value are looked up.
    fn count(&self, documents: &RoaringBitmap, facets: &[Facet]) -> Counts {
        let few = u64::from(self.index.count / FEW);
        let is_few = documents.len() <= few;
        let others = u64::from(self.index.count).saturating_sub(documents.len()) <= few && !is_few;
        let others = others.then(|| &self.index.all - documents);
        let is_known = !is_few && others.is_none() && facets.iter().any(|facet| value_facet(*facet).is_some());
        let bits = is_known.then(|| bits_of(documents, self.index.count));
        let mut counts = Counts {
            production: documents.intersection_len(&self.index.production),
            disabled: documents.intersection_len(&self.index.disabled),
            all: documents.len(),
            ..Counts::default()
        };
        for facet in facets.iter().filter_map(|facet| value_facet(*facet)) {
            let (Some(rows), Some(values)) = (self.index.rows.facets.get(facet), self.index.values.get(facet)) else {
                continue;
            };
            let counted = match (&bits, &others) {
                (Some(bits), _) => values.count(documents, bits),
                (None, Some(others)) => {
                    let others = rows.count(others, values.len());
                    (0..)
                        .zip(others)
                        .map(|(number, others)| values.documents_of(number).saturating_sub(others))
                        .collect()
                }
                (None, None) => rows.count(documents, values.len()),
            };
            if let Some(place) = counts.values.get_mut(facet) {
                *place = counted;
            }
        }
        counts
    }

    fn of_facet(&self, facet: Facet, counts: &Counts) -> FacetCounts {
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
