//! What objects of all connections can be narrowed by: the counts of several lists together.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::objects::CountedObjects;
use crate::domain::facet::Facet;
use crate::domain::listing::FacetCounts;
use crate::domain::object_query::ObjectQuery;

/// The objects of one kind on one connection, as far as the filters look at them.
pub(super) struct Looked<'a> {
    /// The connection's name.
    pub(super) connection: &'a str,
    /// What it is called.
    pub(super) title: String,
    /// Whether the filters by connection let it through.
    pub(super) is_asked_for: bool,
    /// How many objects match, whatever the connection.
    pub(super) matching: u64,
    /// How many have what.
    pub(super) counted: &'a CountedObjects,
}

/// The counts of all properties, in the order of the page.
pub(super) fn filters(query: &ObjectQuery, looked: &[Looked<'_>]) -> Vec<FacetCounts> {
    let first = looked.first().map(|looked| looked.connection);
    let is_one = looked.iter().all(|looked| Some(looked.connection) == first);
    let asked_for: Vec<&Looked<'_>> = looked.iter().filter(|looked| looked.is_asked_for).collect();
    let of_each = Facet::ALL.into_iter().filter_map(|facet| match facet {
        Facet::Connection => (!is_one).then(|| connections(query, looked)),
        _ => together(facet, query, &asked_for, is_one),
    });
    of_each.collect()
}

/// How many match on each connection, with any number of kinds.
fn connections(query: &ObjectQuery, looked: &[Looked<'_>]) -> FacetCounts {
    let mut values: BTreeMap<&str, (u64, &str)> = BTreeMap::new();
    for looked in looked {
        values.entry(looked.connection).or_insert((0, &looked.title)).0 += looked.matching;
    }
    let names = values.iter().map(|(name, (_, title))| ((*name).to_owned(), (*title).to_owned())).collect();
    let values = values.into_iter().map(|(name, (count, _))| (name.to_owned(), count)).collect();
    listed(Facet::Connection, query, values, 0, names)
}

/// The counts of a property. A value that one list offers and another one has no room for is asked for there.
fn together(facet: Facet, query: &ObjectQuery, looked: &[&Looked<'_>], is_one: bool) -> Option<FacetCounts> {
    let counts: Vec<(&Looked<'_>, &FacetCounts)> =
        looked.iter().filter_map(|looked| Some((*looked, looked.counted.of(facet)?))).collect();
    let (mut values, mut names, mut more) = (Vec::<(String, u64)>::new(), Vec::new(), 0);
    for (looked, counts) in &counts {
        for (value, _) in &counts.values {
            if !values.iter().any(|(known, _)| known == value) {
                values.push((value.clone(), 0));
            }
        }
        more += counts.more;
        let title = |name: &String| if is_one { name.clone() } else { format!("{name} · {}", looked.title) };
        names.extend(counts.names.iter().map(|(id, name)| (id.clone(), title(name))));
    }
    for (value, sum) in &mut values {
        for (looked, counts) in &counts {
            let known = counts.values.iter().find(|(known, _)| known == value).map(|(_, count)| *count);
            let is_hidden = || counts.more > 0;
            *sum += known.unwrap_or_else(|| if is_hidden() { looked.counted.with(facet, value) } else { 0 });
        }
    }
    (!counts.is_empty()).then(|| listed(facet, query, values, more, names))
}

/// The values that are listed: the most frequent, and the chosen ones.
fn listed(
    facet: Facet,
    query: &ObjectQuery,
    mut values: Vec<(String, u64)>,
    mut more: u64,
    mut names: Vec<(String, String)>,
) -> FacetCounts {
    let is_chosen = |value: &str| {
        [false, true].into_iter().any(|is_not| query.values(facet, is_not).iter().any(|chosen| chosen == value))
    };
    if facet != Facet::Changed {
        values.sort_by(|(left, left_count), (right, right_count)| {
            (!is_chosen(left), Reverse(left_count), left).cmp(&(!is_chosen(right), Reverse(right_count), right))
        });
    }
    let most = FacetCounts::most(facet);
    more += values.len().saturating_sub(most) as u64;
    values.truncate(most);
    names.retain(|(id, _)| values.iter().any(|(value, _)| value == id));
    names.sort_unstable();
    names.dedup_by(|(left, _), (right, _)| left == right);
    FacetCounts { facet, values, more, names }
}
