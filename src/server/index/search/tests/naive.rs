//! The answer to a question by looking at every object.

use super::memory_source::MemorySource;
use super::naive_counts::{ages, branches, counts_of};
use super::naive_object::{Object, objects};
use crate::domain::facet::{Facet, Filter};
use crate::domain::fragment::Fragment;
use crate::domain::listing::FacetCounts;
use crate::domain::object::ObjectKind;
use crate::domain::sort::Column;
use crate::server::index::search::place::{ColumnKey, Place, Places};
use crate::server::index::search::rules::{Class, Search, passes};
use crate::server::index::search::{Hit, Patch, Question, Scope};

/// The answer to a question.
#[derive(Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) rows: Vec<Hit>,
    pub(super) total: u64,
    pub(super) misspelt: u64,
    pub(super) counts: Vec<Fragment<FacetCounts>>,
}

/// Looks at every object. A page has so many rows.
pub(super) fn answer(source: &MemorySource, patch: &Patch, question: &Question<'_>, rows: usize) -> Answer {
    let search = Search::of(&question.query.search);
    let mut objects = objects(source, patch, question.kind);
    objects.retain(|object| match question.scope {
        Scope::All => true,
        Scope::Below(ids) => ids.iter().any(|id| object.is_within(source, id)),
    });
    let total = objects.len() as u64;
    let lets_through = |filter: &Filter, object: &Object<'_>| {
        passes(filter, &object.subject, |id| object.is_within(source, id), question.now)
    };
    let passes = |object: &Object<'_>, except: Option<Facet>| {
        let mut filters = question.query.filters.iter().filter(|filter| Some(filter.facet) != except);
        filters.all(|filter| lets_through(filter, object))
    };
    let mut found: Vec<(Class, Object<'_>)> = Vec::new();
    for object in objects {
        found.extend(search.class_of(&object.subject).map(|class| (class, object)));
    }
    let right = found.iter().filter(|(class, object)| *class != Class::Misspelt && passes(object, None)).count();
    if right >= rows {
        found.retain(|(class, _)| *class != Class::Misspelt);
    }
    let counts = Facet::ALL.into_iter().filter(|facet| facet.is_counted() && facet.applies_to(question.kind));
    let counts = counts.map(|facet| {
        let counted = found.iter().map(|(_, object)| object).filter(|object| passes(object, Some(facet)));
        Fragment::from(match facet {
            Facet::Within => branches(source, patch, counted, question),
            Facet::Changed => ages(counted, question),
            _ => counts_of(facet, counted.map(|object| &object.subject), question),
        })
    });
    let counts = counts.collect();
    found.retain(|(_, object)| passes(object, None));
    let misspelt = found.iter().filter(|(class, _)| *class == Class::Misspelt).count() as u64;
    Answer { rows: in_order(source, patch, question, found), total, misspelt, counts }
}

fn in_order(
    source: &MemorySource,
    patch: &Patch,
    question: &Question<'_>,
    found: Vec<(Class, Object<'_>)>,
) -> Vec<Hit> {
    let sort = question.query.sort.unwrap_or_default();
    let places = Places::new(source, Some(patch), question.kind, sort.column, question.scope);
    let clients = objects(source, patch, ObjectKind::OAuthClient);
    let mut sorted: Vec<(Place, Hit)> = Vec::new();
    for (class, object) in found {
        let class = if question.query.sort.is_some() { 0 } else { class as u8 };
        let mut place = Place { class, ..places.of_subject(&object.subject) };
        if sort.column == Column::Clients && question.kind == ObjectKind::Organisation {
            let own = clients.iter().filter(|client| client.subject.above.as_ref() == Some(&object.subject.id));
            place.column = ColumnKey::Number(own.count() as u64);
        }
        sorted.push((place, object.hit));
    }
    sorted.sort();
    if sort.is_descending {
        sorted.reverse();
    }
    sorted.into_iter().map(|(_, hit)| hit).collect()
}
