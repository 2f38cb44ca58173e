//! The counts of a question by looking at every object.

use std::collections::{BTreeMap, BTreeSet};

use super::memory_source::MemorySource;
use super::naive_object::Object;
use crate::domain::facet::{Facet, Filter};
use crate::domain::listing::{FacetCounts, MOST_COUNTED_BRANCHES, MOST_COUNTED_VALUES};
use crate::domain::object::ObjectKind;
use crate::server::index::search::rules::{passes, production_value, state_value};
use crate::server::index::search::subject::Subject;
use crate::server::index::search::{Patch, Question, Scope};
use crate::server::index::source::Source;

/// How many were changed in the last days, and since each chosen date.
pub(super) fn ages<'a>(objects: impl Iterator<Item = &'a Object<'a>>, question: &Question<'_>) -> FacetCounts {
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
pub(super) fn branches<'a>(
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

/// How many have each value.
pub(super) fn counts_of<'a>(
    facet: Facet,
    subjects: impl Iterator<Item = &'a Subject>,
    question: &Question<'_>,
) -> FacetCounts {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for subject in subjects {
        let values = match facet {
            Facet::Production => vec![production_value(subject.is_production).to_owned()],
            Facet::State => vec![state_value(subject.is_disabled).to_owned()],
            Facet::Readiness => subject.verdict.values().map(str::to_owned).collect(),
            _ => subject.values(facet).to_vec(),
        };
        for value in values {
            *counts.entry(value).or_default() += 1;
        }
    }
    for filter in question.query.filters_of(facet) {
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
