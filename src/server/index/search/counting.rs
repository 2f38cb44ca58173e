//! How many objects have each value of the counted facets.

use roaring::RoaringBitmap;
use time::OffsetDateTime;

use super::bits::Bits;
use super::branches::Branches;
use super::judged::Judged;
use super::kind::KindIndex;
use super::narrowing::Narrowing;
use super::patch::Patch;
use super::question::Question;
use super::rules::{changed_since, production_value, state_value};
use super::subject::value_facet;
use super::tally::Tally;
use crate::domain::facet::{CHANGED, Facet, PRODUCTION, STATE};
use crate::domain::listing::FacetCounts;
use crate::server::index::source::Source;

/// One document in so many, or fewer, are looked at one by one.
const FEW: u32 = 32;
/// The most documents that are looked up among others one by one.
const MOST_LOOKED_UP: usize = 10_000;

/// What is counted.
#[derive(Debug)]
pub(super) struct Counting<'a, S> {
    pub(super) index: &'a KindIndex,
    pub(super) source: &'a S,
    pub(super) patch: &'a Patch,
    pub(super) question: &'a Question<'a>,
    pub(super) narrowing: &'a Narrowing<'a>,
    /// The documents that the search finds, whatever the filters say.
    pub(super) found: &'a RoaringBitmap,
    /// The patched objects that the search finds, whatever the filters say.
    pub(super) judged: &'a [Judged<'a>],
    /// Whether every value is listed, but for branches.
    pub(super) is_whole: bool,
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

impl<S: Source> Counting<'_, S> {
    /// The counts of all counted facets, in the order of the page. `matching` are the documents that all filters let
    /// through.
    pub(super) fn counts(&self, matching: &RoaringBitmap) -> Vec<FacetCounts> {
        let kind = self.index.kind;
        let facets = Facet::ALL.into_iter().filter(|facet| facet.is_counted() && facet.applies_to(kind));
        let is_filtered = |facet: Facet| self.question.query.has_filter_of(facet);
        // What is let through is the same for all facets that have no filter.
        let free: Vec<Facet> = facets.clone().filter(|facet| !is_filtered(*facet)).collect();
        let of_all = self.count(matching, &free);
        let of_each = facets.map(|facet| {
            if is_filtered(facet) {
                let documents = self.narrowing.of_these(self.found, Some(facet));
                self.of_facet(facet, &documents, &self.count(&documents, &[facet]))
            } else {
                self.of_facet(facet, matching, &of_all)
            }
        });
        of_each.collect()
    }

    /// How long the counts by age stay as they are, in seconds since 1970; for ever when nothing was changed lately.
    pub(super) fn hold_until(&self) -> Option<i64> {
        let ages = CHANGED.into_iter().filter_map(|(age, _)| {
            let since = changed_since(age, self.question.now)?;
            let documents = self.index.changed_since(since).first().map(|(seconds, _)| i64::from(*seconds));
            let patched = self.patch.subjects(self.index.kind).iter().filter_map(|(_, subject)| subject.changed_at);
            let patched = patched.map(i64::from).filter(|seconds| *seconds >= since).min();
            let oldest = documents.into_iter().chain(patched).min()?;
            Some(self.question.now.unix_timestamp().saturating_add(oldest.saturating_sub(since)))
        });
        ages.min()
    }

    /// How many of some documents have each value. Few are looked at one by one, nearly all are told by the few others,
    /// and of anything between them the documents of each value are looked up.
    fn count(&self, documents: &RoaringBitmap, facets: &[Facet]) -> Counts {
        let few = u64::from(self.index.count / FEW);
        let is_few = documents.len() <= few;
        let others = u64::from(self.index.count).saturating_sub(documents.len()) <= few && !is_few;
        let others = others.then(|| &self.index.all - documents);
        let is_known = !is_few && others.is_none() && facets.iter().any(|facet| value_facet(*facet).is_some());
        let bits = is_known.then(|| Bits::of(documents, self.index.count));
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

    fn of_facet(&self, facet: Facet, documents: &RoaringBitmap, counts: &Counts) -> FacetCounts {
        // Where nothing may be found, the filter has an empty value.
        let chosen: Vec<&str> = self.question.query.chosen(facet).filter(|value| !value.is_empty()).collect();
        let most = if self.is_whole { usize::MAX } else { FacetCounts::most(facet) };
        let judged = self.judged.iter().filter(|judged| judged.passes(Some(facet))).map(|judged| judged.subject);
        let flags = |values: [&str; 2], first: u64, second: u64| {
            Tally::listed(vec![(values[0].to_owned(), first), (values[1].to_owned(), second)])
        };
        let (mut tally, patched) = match facet {
            Facet::Production => (
                flags(PRODUCTION, counts.production, counts.all.saturating_sub(counts.production)),
                judged.map(|subject| production_value(subject.is_production)).collect(),
            ),
            Facet::State => (
                flags(STATE, counts.all.saturating_sub(counts.disabled), counts.disabled),
                judged.map(|subject| state_value(subject.is_disabled)).collect(),
            ),
            Facet::Changed => return self.of_ages(documents, &chosen),
            Facet::Readiness => {
                let found = self.question.readiness.values(self.index.kind);
                let counted = found.map(|(value, found)| (value.to_owned(), documents.intersection_len(found)));
                (Tally::listed(counted.collect()), judged.flat_map(|subject| subject.verdict.values()).collect())
            }
            Facet::Within => {
                let branches = Branches::of(self.source, self.patch, self.question.scope, &chosen);
                return branches.count(self.index.kind, documents, judged, &chosen);
            }
            _ => {
                let patched: Vec<&str> = judged.flat_map(|subject| subject.values(facet)).map(String::as_str).collect();
                let counted =
                    value_facet(facet).and_then(|facet| counts.values.get(facet)).map_or(&[][..], Vec::as_slice);
                let needed = chosen.iter().chain(&patched).copied();
                (
                    self.index
                        .values(facet)
                        .map(|index| Tally::of_terms(index, counted, needed, most))
                        .unwrap_or_default(),
                    patched,
                )
            }
        };
        tally.add_all(patched);
        tally.finish(facet, &chosen, most)
    }

    /// How many were changed in the last days, and since each chosen date. What is offered is always the same.
    fn of_ages(&self, documents: &RoaringBitmap, chosen: &[&str]) -> FacetCounts {
        let now: OffsetDateTime = self.question.now;
        let ages = CHANGED.into_iter().map(|(age, _)| age);
        let is_date = |value: &&str| CHANGED.iter().all(|(age, _)| age != value);
        let mut others: Vec<&str> = chosen.iter().copied().filter(is_date).collect();
        others.sort_unstable();
        others.dedup();
        let mut bits = None;
        let count = |value: &str| {
            let Some(since) = changed_since(value, now) else {
                return (value.to_owned(), 0);
            };
            let changed = self.index.changed_since(since).iter().map(|(_, document)| *document);
            let of_documents = if changed.len() > MOST_LOOKED_UP {
                let bits = bits.get_or_insert_with(|| Bits::of(documents, self.index.count));
                changed.filter(|document| bits.has(*document)).count()
            } else {
                changed.filter(|document| documents.contains(*document)).count()
            };
            let judged = self.judged.iter().filter(|judged| judged.passes(Some(Facet::Changed)));
            let patched = judged.filter(|judged| judged.subject.changed_at.is_some_and(|at| i64::from(at) >= since));
            (value.to_owned(), (of_documents + patched.count()) as u64)
        };
        let values: Vec<(String, u64)> = ages.chain(others).map(count).collect();
        FacetCounts { facet: Facet::Changed, values, more: 0, names: Vec::new() }
    }
}
