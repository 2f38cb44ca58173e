//! What filters and the reach of a person leave of the documents.

use std::borrow::Cow;

use roaring::RoaringBitmap;

use super::kind::KindIndex;
use super::patch::Patch;
use super::question::{Question, Scope};
use super::rules::{changed_since, production_value, state_value};
use super::terms::Union;
use crate::domain::facet::{Facet, Filter};
use crate::domain::object::ObjectKind;
use crate::server::index::source::Source;

/// The documents that the filters and the reach of a question let through.
#[derive(Debug)]
pub(super) struct Narrowing<'a> {
    count: u32,
    filters: Vec<Narrowed<'a>>,
    /// The documents within reach; `None` for all.
    reach: Option<RoaringBitmap>,
    /// The documents that own changes stand in for.
    hidden: &'a RoaringBitmap,
}

/// The documents that have one of the values of a filter.
#[derive(Debug)]
struct Narrowed<'a> {
    facet: Facet,
    is_not: bool,
    documents: Cow<'a, RoaringBitmap>,
}

impl<'a> Narrowing<'a> {
    pub(super) fn of(index: &'a KindIndex, source: &impl Source, patch: &'a Patch, question: &Question<'_>) -> Self {
        // Which connection it is, only those know who ask several.
        let filters = question.query.filters.iter().filter(|filter| filter.facet != Facet::Connection);
        let filters = filters.map(|filter| Narrowed {
            facet: filter.facet,
            is_not: filter.is_not,
            documents: documents_with(index, source, filter, question),
        });
        let reach = match question.scope {
            Scope::All => None,
            Scope::Below(ids) => Some(below(index, source, ids)),
        };
        Self { count: index.count, filters: filters.collect(), reach, hidden: &patch.subjects(index.kind).hidden }
    }

    /// Those of some documents that are let through by the reach and by all filters, or by all but those of one facet.
    pub(super) fn of_these(&self, documents: &RoaringBitmap, except: Option<Facet>) -> RoaringBitmap {
        let mut left = match &self.reach {
            Some(reach) => documents & reach,
            None => documents.clone(),
        };
        for filter in self.filters.iter().filter(|filter| Some(filter.facet) != except) {
            if filter.is_not {
                left -= filter.documents.as_ref();
            } else {
                left &= filter.documents.as_ref();
            }
        }
        left -= self.hidden;
        left
    }

    /// How many documents are within reach.
    pub(super) fn reached(&self) -> u64 {
        match &self.reach {
            Some(reach) => reach.difference_len(self.hidden),
            None => u64::from(self.count).saturating_sub(self.hidden.len()),
        }
    }
}

/// The documents that are organisations, below them, or theirs.
fn below(index: &KindIndex, source: &impl Source, ids: &[String]) -> RoaringBitmap {
    let mut documents = RoaringBitmap::new();
    for organisation in ids.iter().filter_map(|id| source.find(ObjectKind::Organisation, id)) {
        documents.insert_range(source.below(index.kind, organisation));
    }
    documents
}

/// The documents that have one of the values of a filter.
fn documents_with<'a>(
    index: &'a KindIndex,
    source: &impl Source,
    filter: &Filter,
    question: &Question<'_>,
) -> Cow<'a, RoaringBitmap> {
    let values = || filter.values.iter().map(String::as_str);
    match filter.facet {
        Facet::Connection => Cow::Borrowed(&index.all),
        Facet::Product | Facet::Scope | Facet::ProviderGroup | Facet::Algorithm => {
            let mut union = Union::default();
            if let Some(known) = index.values(filter.facet) {
                values().for_each(|value| union.add(known, &known.whole(value)));
            }
            union.documents(index.count)
        }
        Facet::Production => flagged(index, &index.production, values(), production_value),
        Facet::State => flagged(index, &index.disabled, values(), state_value),
        Facet::Within => Cow::Owned(below(index, source, &filter.values)),
        Facet::Host => {
            let mut union = Union::default();
            values().for_each(|value| union.add(&index.hosts, &index.hosts.whole(&value.to_lowercase())));
            union.documents(index.count)
        }
        Facet::ReturnUrl => {
            let documents = values().map(|value| index.whole_urls.whole(source, value));
            Cow::Owned(documents.fold(RoaringBitmap::new(), |all, these| all | these))
        }
        Facet::Readiness => {
            let found =
                question.readiness.values(index.kind).filter(|(value, _)| values().any(|asked| asked == *value));
            Cow::Owned(found.fold(RoaringBitmap::new(), |all, (_, these)| all | these))
        }
        Facet::Changed => {
            let since = values().filter_map(|value| changed_since(value, question.now)).min();
            let changed = since.map_or(&[][..], |since| index.changed_since(since));
            Cow::Owned(changed.iter().map(|(_, document)| *document).collect())
        }
    }
}

/// The documents whose flag has one of some values. `value` is the value of a flag.
fn flagged<'a, 'v>(
    index: &'a KindIndex,
    documents: &'a RoaringBitmap,
    values: impl Iterator<Item = &'v str> + Clone,
    value: impl Fn(bool) -> &'static str,
) -> Cow<'a, RoaringBitmap> {
    let is_asked = |flag: bool| values.clone().any(|asked| asked == value(flag));
    match (is_asked(true), is_asked(false)) {
        (true, true) => Cow::Borrowed(&index.all),
        (true, false) => Cow::Borrowed(documents),
        (false, true) => Cow::Owned(&index.all - documents),
        (false, false) => Cow::Owned(RoaringBitmap::new()),
    }
}
