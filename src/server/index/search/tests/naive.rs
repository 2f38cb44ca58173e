//! The answer to a question by looking at every object.

use std::collections::{BTreeMap, BTreeSet};

use super::memory_source::MemorySource;
use crate::domain::facet::{Facet, Filter};
use crate::domain::fragment::Fragment;
use crate::domain::listing::{FacetCounts, MOST_COUNTED_BRANCHES, MOST_COUNTED_VALUES};
use crate::domain::object::ObjectKind;
use crate::domain::object_query::Column;
use crate::server::index::search::lineage::Lineage;
use crate::server::index::search::place::{ColumnKey, Place, Places};
use crate::server::index::search::rules::{Class, Search, passes, production_value, state_value};
use crate::server::index::search::subject::Subject;
use crate::server::index::search::{Hit, Patch, Question, Scope};
use crate::server::index::source::Source;

/// One object, as it is with all changes.
struct Object<'a> {
    hit: Hit,
    subject: Subject,
    /// Where it is, when it was changed.
    lineage: Option<Lineage<'a>>,
}

/// The answer to a question.
#[derive(Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) rows: Vec<Hit>,
    pub(super) total: u64,
    pub(super) misspelt: u64,
    pub(super) counts: Vec<Fragment<FacetCounts>>,
}

fn objects<'a>(source: &MemorySource, patch: &'a Patch, kind: ObjectKind) -> Vec<Object<'a>> {
    let subjects = patch.subjects(kind);
    let documents = (0..source.count(kind)).filter(|document| subjects.find(&source.id(kind, *document)).is_none());
    let documents = documents.map(|document| Object {
        hit: Hit::Document(document),
        subject: Subject::of_document(source, kind, document),
        lineage: None,
    });
    let patched = subjects.iter().map(|(place, subject)| Object {
        hit: Hit::Patched(place),
        subject: subject.clone(),
        lineage: Some(Lineage::of(source, patch, subject)),
    });
    documents.chain(patched).collect()
}

impl Object<'_> {
    fn is_within(&self, source: &MemorySource, id: &str) -> bool {
        let organisation = source.find(ObjectKind::Organisation, id);
        match (&self.lineage, self.hit) {
            (Some(lineage), _) => lineage.is_within(source, id),
            (None, Hit::Document(document)) => organisation
                .is_some_and(|organisation| source.below(self.subject.kind, organisation).contains(&document)),
            (None, Hit::Patched(_)) => false,
        }
    }
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

/// How many were changed in the last days, and since each chosen date.
fn ages<'a>(objects: impl Iterator<Item = &'a Object<'a>>, question: &Question<'_>) -> FacetCounts {
    let objects: Vec<_> = objects.collect();
    let mut values: Vec<String> = ["1d", "7d", "30d"].map(str::to_owned).to_vec();
    let mut dates: BTreeSet<String> = BTreeSet::new();
    for is_not in [false, true] {
        let chosen = question.query.values(Facet::Changed, is_not);
        let is_new = |value: &&String| !["", "1d", "7d", "30d"].contains(&value.as_str());
        dates.extend(chosen.iter().filter(is_new).cloned());
    }
    values.extend(dates);
    let count = |value: &String| {
        let filter = Filter { facet: Facet::Changed, is_not: false, values: vec![value.clone()] };
        let changed = objects.iter().filter(|object| passes(&filter, &object.subject, |_| false, question.now));
        (value.clone(), changed.count() as u64)
    };
    let values = values.iter().map(count).collect();
    FacetCounts { facet: Facet::Changed, values, more: 0, names: Vec::new() }
}

/// How many are in each branch: below the only organisation at the top, or at the top where there are several.
fn branches<'a>(
    source: &MemorySource,
    patch: &Patch,
    objects: impl Iterator<Item = &'a Object<'a>>,
    question: &Question<'_>,
) -> FacetCounts {
    let organisations = patch.subjects(ObjectKind::Organisation);
    let documents = || 0..source.count(ObjectKind::Organisation);
    let id = |document: u32| source.id(ObjectKind::Organisation, document).into_owned();
    // What has something below it is not moved by a patch.
    let stays = |document: u32| {
        source.below(ObjectKind::Organisation, document).len() > 1
            || !source.below(ObjectKind::OAuthClient, document).is_empty()
    };
    let parent = |of: &str| {
        let document = source.find(ObjectKind::Organisation, of);
        match (organisations.find(of), document) {
            (Some(patched), document) if !document.is_some_and(stays) => patched.above.clone(),
            (_, document) => source.above(ObjectKind::Organisation, document?).map(id),
        }
    };
    let is_known = |of: &str| organisations.find(of).is_some() || source.find(ObjectKind::Organisation, of).is_some();
    let parent = |of: &str| parent(of).filter(|parent| is_known(parent));
    let roots: Vec<u32> =
        documents().filter(|document| source.above(ObjectKind::Organisation, *document).is_none()).collect();
    let (top, limits) = match (question.scope, roots.as_slice()) {
        (Scope::All, [only]) => (Some(id(*only)), None),
        (Scope::All, _) => (None, None),
        (Scope::Below(ids), _) if ids.len() == 1 => (Some(ids[0].clone()), None),
        (Scope::Below(ids), _) => (None, Some(ids)),
    };
    let chosen = [false, true].into_iter().flat_map(|is_not| question.query.values(Facet::Within, is_not));
    let chosen = chosen.filter(|value| !value.is_empty());
    let others: BTreeSet<&String> = chosen.clone().chain(limits.into_iter().flatten()).collect();
    let mut counts: BTreeMap<String, u64> = chosen.map(|value| (value.clone(), 0)).collect();
    for object in objects {
        let mut found: BTreeSet<String> = BTreeSet::new();
        found.extend(others.iter().filter(|id| object.is_within(source, id)).map(|id| (*id).clone()));
        let mut place = match object.subject.kind {
            ObjectKind::Organisation => Some(object.subject.id.clone()),
            ObjectKind::OAuthClient => object.subject.above.clone().filter(|owner| is_known(owner)),
        };
        let mut seen: Vec<String> = Vec::new();
        while let Some(here) = place.filter(|here| limits.is_none() && !seen.contains(here)) {
            let above = if seen.contains(&here) { None } else { parent(&here) };
            if Some(&here) == top.as_ref() {
                break;
            }
            if above == top {
                found.insert(here);
                break;
            }
            seen.push(here);
            place = above;
        }
        for id in found {
            *counts.entry(id).or_default() += 1;
        }
    }
    let mut counts = listed(Facet::Within, counts, question);
    let name = |of: &String| {
        let patched = patch.organisations().find(|organisation| organisation.id == *of);
        let document = || source.find(ObjectKind::Organisation, of);
        patched
            .map(|organisation| organisation.whole_name().to_owned())
            .or_else(|| document().map(|document| source.name(ObjectKind::Organisation, document).to_owned()))
    };
    counts.names = counts.values.iter().filter_map(|(id, _)| Some((id.clone(), name(id)?))).collect();
    counts
}

fn counts_of<'a>(facet: Facet, subjects: impl Iterator<Item = &'a Subject>, question: &Question<'_>) -> FacetCounts {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for subject in subjects {
        let values = match facet {
            Facet::Production => vec![production_value(subject.is_production).to_owned()],
            Facet::State => vec![state_value(subject.is_disabled).to_owned()],
            _ => subject.values(facet).to_vec(),
        };
        for value in values {
            *counts.entry(value).or_default() += 1;
        }
    }
    for filter in question.query.filters.iter().filter(|filter| filter.facet == facet) {
        for value in filter.values.iter().filter(|value| !value.is_empty()) {
            counts.entry(value.clone()).or_default();
        }
    }
    listed(facet, counts, question)
}

/// The values with the most objects, and those that are chosen.
fn listed(facet: Facet, counts: BTreeMap<String, u64>, question: &Question<'_>) -> FacetCounts {
    let chosen =
        |value: &String| [false, true].iter().any(|is_not| question.query.values(facet, *is_not).contains(value));
    let mut sorted: Vec<(String, u64)> = counts.into_iter().collect();
    sorted.sort_by_key(|(value, count)| (std::cmp::Reverse(*count), value.clone()));
    let (chosen, others): (Vec<_>, Vec<_>) = sorted.into_iter().partition(|(value, _)| chosen(value));
    let most = if facet == Facet::Within { MOST_COUNTED_BRANCHES } else { MOST_COUNTED_VALUES };
    let room = most.saturating_sub(chosen.len());
    let more = others.len().saturating_sub(room) as u64;
    let mut values: Vec<_> = chosen.into_iter().chain(others.into_iter().take(room)).collect();
    values.sort_by_key(|(value, count)| (std::cmp::Reverse(*count), value.clone()));
    FacetCounts { facet, values, more, names: Vec::new() }
}
