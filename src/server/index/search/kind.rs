//! The index of the objects of one kind.

use std::sync::OnceLock;

use roaring::RoaringBitmap;

use super::folded::Folded;
use super::order::{Order, by_name};
use super::rows::{Rows, RowsBuilder};
use super::subject::{VALUE_FACETS, value_facet};
use super::terms::TermIndex;
use super::terms_build::TermBuilder;
use super::url_table::UrlTable;
use super::words::{host, without_scheme, words};
use crate::domain::facet::Facet;
use crate::domain::object::ObjectKind;
use crate::domain::sort::Column;
use crate::server::folding::fold;
use crate::server::index::source::Source;

/// The index of the objects of one kind.
#[derive(Debug)]
pub(super) struct KindIndex {
    pub(super) kind: ObjectKind,
    pub(super) count: u32,
    /// All documents.
    pub(super) all: RoaringBitmap,
    /// The words of names.
    pub(super) names: TermIndex,
    /// The words of return URLs.
    pub(super) urls: TermIndex,
    pub(super) hosts: TermIndex,
    pub(super) whole_urls: UrlTable,
    /// The values of each of [`VALUE_FACETS`], as the partner wrote them.
    pub(super) values: [TermIndex; 4],
    /// What is another text when it is folded, sorted. Everything else is found without folding it.
    pub(super) folded: Folded,
    pub(super) production: RoaringBitmap,
    pub(super) disabled: RoaringBitmap,
    /// When the documents that were ever changed were last changed (seconds since 1970), sorted.
    pub(super) changed: Vec<(u32, u32)>,
    pub(super) rows: Rows,
    pub(super) by_name: Order,
    pub(super) columns: [OnceLock<Order>; Column::ALL.len()],
}

/// The parts of an index that are not quickly seen from its source.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) names: TermIndex,
    pub(super) urls: TermIndex,
    pub(super) hosts: TermIndex,
    pub(super) whole_urls: UrlTable,
    pub(super) values: [TermIndex; 4],
    pub(super) folded: Folded,
    pub(super) rows: Rows,
    pub(super) by_name: Order,
}

impl KindIndex {
    /// Reads all documents of a kind: once for each part, so that what only building needs is soon given back.
    pub(super) fn build(source: &impl Source, kind: ObjectKind) -> Self {
        let has_urls = kind == ObjectKind::OAuthClient;
        let count = source.count(kind);
        let names = terms_of(count, |document, add| words(&fold(source.name(kind, document))).for_each(add));
        let url_count = if has_urls { count } else { 0 };
        let urls = terms_of(url_count, |document, add| {
            for url in source.return_urls(document) {
                words(&fold(without_scheme(url))).for_each(&mut *add);
            }
        });
        let hosts = terms_of(url_count, |document, add| {
            source.return_urls(document).filter_map(host).for_each(|host| add(&host));
        });
        let whole_urls = UrlTable::build(source, url_count);
        let (values, rows) = values_of(source, kind);
        let folded = Folded::of(source, kind, &values);
        let by_name = by_name(source, kind);
        Self::of_parts(source, kind, Parts { names, urls, hosts, whole_urls, values, folded, rows, by_name })
    }

    /// Puts the parts together. What can be seen from the source quickly is read from it.
    pub(super) fn of_parts(source: &impl Source, kind: ObjectKind, parts: Parts) -> Self {
        let count = source.count(kind);
        let flagged =
            |flag: &dyn Fn(u32) -> bool| -> RoaringBitmap { (0..count).filter(|document| flag(*document)).collect() };
        let mut all = RoaringBitmap::new();
        all.insert_range(0..count);
        // One run would be smaller, but taking documents out of it leaves many runs, which are slow to intersect.
        all.remove_run_compression();
        let changed = (0..count).filter_map(|document| Some((source.changed_at(kind, document)?, document)));
        let mut changed: Vec<(u32, u32)> = changed.collect();
        changed.sort_unstable();
        changed.shrink_to_fit();
        let Parts { names, urls, hosts, whole_urls, values, folded, rows, by_name } = parts;
        Self {
            kind,
            count,
            all,
            names,
            urls,
            hosts,
            whole_urls,
            values,
            folded,
            production: flagged(&|document| source.is_production(kind, document)),
            disabled: flagged(&|document| source.is_disabled(kind, document)),
            changed,
            rows,
            by_name,
            columns: Default::default(),
        }
    }

    /// The values of a facet.
    pub(super) fn values(&self, facet: Facet) -> Option<&TermIndex> {
        self.values.get(value_facet(facet)?)
    }

    /// The documents that were changed at a moment (seconds since 1970) or later, after when that was.
    pub(super) fn changed_since(&self, since: i64) -> &[(u32, u32)] {
        self.changed.split_at(self.changed.partition_point(|(seconds, _)| i64::from(*seconds) < since)).1
    }

    /// The orders that were asked for so far.
    pub(super) fn orders(&self) -> impl Iterator<Item = &Order> {
        std::iter::once(&self.by_name).chain(self.columns.iter().filter_map(OnceLock::get))
    }
}

/// The index of the terms of documents.
fn terms_of(count: u32, mut terms: impl FnMut(u32, &mut dyn FnMut(&str))) -> TermIndex {
    let mut builder = TermBuilder::default();
    for document in 0..count {
        terms(document, &mut |term| builder.add(term));
        builder.end_document();
    }
    builder.build().0
}

/// The index of the values of each facet, and the rows that count them.
fn values_of(source: &impl Source, kind: ObjectKind) -> ([TermIndex; 4], Rows) {
    let mut builders = <[TermBuilder; 4]>::default();
    let mut rows = RowsBuilder::default();
    for document in 0..source.count(kind) {
        for (builder, facet) in builders.iter_mut().zip(VALUE_FACETS) {
            if facet.applies_to(kind) {
                source.values(kind, document, facet).for_each(|value| builder.add(value));
            }
        }
        let values = builders.each_mut().map(TermBuilder::end_document);
        rows.add(values);
    }
    let mut numbers = <[Vec<u32>; 4]>::default();
    let mut places = numbers.iter_mut();
    let indexes = builders.map(|builder| {
        let (index, of_these) = builder.build();
        if let Some(place) = places.next() {
            *place = of_these;
        }
        index
    });
    (indexes, rows.build(&numbers))
}
