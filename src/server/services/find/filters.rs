//! What objects of all connections can be narrowed by: the counts of several lists together.

use std::collections::BTreeMap;

use crate::domain::facet::Facet;
use crate::domain::fragment::Fragment;
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
    /// How many have each value, with every value.
    pub(super) counts: &'a [Fragment<FacetCounts>],
}

/// The counts of all properties, in the order of the page. Where the person sees one connection alone, there is none to
/// choose.
pub(super) fn filters(query: &ObjectQuery, looked: &[Looked<'_>]) -> Vec<FacetCounts> {
    let first = looked.first().map(|looked| looked.connection);
    let is_one = looked.iter().all(|looked| Some(looked.connection) == first);
    let of_each = Facet::ALL.into_iter().filter_map(|facet| match facet {
        Facet::Connection => (!is_one).then(|| connections(query, looked)),
        _ => together(facet, query, looked, is_one),
    });
    of_each.collect()
}

/// How many match on each connection.
fn connections(query: &ObjectQuery, looked: &[Looked<'_>]) -> FacetCounts {
    let mut values: BTreeMap<&str, (u64, &str)> = BTreeMap::new();
    for looked in looked {
        values.entry(looked.connection).or_insert((0, &looked.title)).0 += looked.matching;
    }
    let names = values.iter().map(|(name, (_, title))| ((*name).to_owned(), (*title).to_owned())).collect();
    let counts = values.into_iter().map(|(name, (count, _))| (name.to_owned(), count)).collect();
    FacetCounts { names, ..listed(Facet::Connection, query, counts, 0) }
}

/// The counts of a property on all connections that are asked for; `None` where no list has it.
fn together(facet: Facet, query: &ObjectQuery, looked: &[Looked<'_>], is_one: bool) -> Option<FacetCounts> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut names, mut more, mut order) = (BTreeMap::<&str, String>::new(), 0, Vec::new());
    for looked in looked.iter().filter(|looked| looked.is_asked_for) {
        for counts in looked.counts.iter().filter(|counts| counts.facet == facet) {
            for (value, count) in &counts.values {
                *sums.entry(value).or_default() += count;
            }
            for (id, name) in &counts.names {
                names.insert(id, if is_one { name.clone() } else { format!("{name} · {}", looked.title) });
            }
            more += counts.more;
            order = counts.values.iter().map(|(value, _)| value.as_str()).collect();
        }
    }
    if sums.is_empty() && facet != Facet::Within {
        return None;
    }
    let mut counts = if facet == Facet::Changed {
        // All of them offer the same ages, in the order of time.
        let values = order.into_iter().map(|value| (value.to_owned(), sums.get(value).copied().unwrap_or_default()));
        FacetCounts { facet, values: values.collect(), more, names: Vec::new() }
    } else {
        listed(facet, query, sums.into_iter().map(|(value, count)| (value.to_owned(), count)).collect(), more)
    };
    let called = |(id, _): &(String, u64)| Some((id.clone(), names.get(id.as_str())?.clone()));
    counts.names = counts.values.iter().filter_map(called).collect();
    Some(counts)
}

fn listed(facet: Facet, query: &ObjectQuery, values: Vec<(String, u64)>, more: u64) -> FacetCounts {
    let chosen: Vec<&str> = query.chosen(facet).collect();
    FacetCounts::listed(facet, values, more, &chosen, FacetCounts::most(facet))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(values: &[(&str, u64)]) -> Vec<Fragment<FacetCounts>> {
        let values = values.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect();
        vec![Fragment::from(FacetCounts { facet: Facet::Scope, values, more: 0, names: Vec::new() })]
    }

    fn looked<'a>(connection: &'a str, is_asked_for: bool, counts: &'a [Fragment<FacetCounts>]) -> Looked<'a> {
        Looked { connection, title: connection.to_uppercase(), is_asked_for, matching: 7, counts }
    }

    #[test]
    fn the_counts_of_all_lists_that_are_asked_for_are_added() {
        let [one, two, three] = [counts(&[("a", 1), ("b", 3)]), counts(&[("a", 5)]), counts(&[("a", 100)])];
        let looked = [looked("x", true, &one), looked("x", true, &two), looked("y", false, &three)];
        let query = ObjectQuery::default().with(Facet::Connection, false, "x");
        let [connections, scopes] = <[FacetCounts; 2]>::try_from(
            filters(&query, &looked).into_iter().filter(|counts| counts.facet != Facet::Within).collect::<Vec<_>>(),
        )
        .unwrap();
        let pair = |value: &str, count| (value.to_owned(), count);
        assert_eq!(connections.values, [pair("x", 14), pair("y", 7)], "the other one can still be chosen");
        assert_eq!(connections.names[1], ("y".to_owned(), "Y".to_owned()));
        assert_eq!(scopes.values, [pair("a", 6), pair("b", 3)]);
    }

    #[test]
    fn as_many_values_are_listed_as_on_a_list_and_the_chosen_ones_in_any_case() {
        let names: Vec<String> = (0..50).map(|number| format!("s{number:02}")).collect();
        let many = counts(&names.iter().map(|name| (name.as_str(), 2)).chain([("rare", 1)]).collect::<Vec<_>>());
        let query = ObjectQuery::default().with(Facet::Scope, true, "rare");
        let scopes = filters(&query, &[looked("x", true, &many)]).into_iter().find(|one| one.facet == Facet::Scope);
        let scopes = scopes.unwrap();
        assert_eq!((scopes.values.len(), scopes.more), (FacetCounts::most(Facet::Scope), 11));
        assert_eq!(scopes.values.last(), Some(&("rare".to_owned(), 1)));
    }
}
