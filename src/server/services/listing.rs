//! What goes round the rows of a list: how many there are, the pages before and after, the counts of the filters.

use super::reach::Reach;
use crate::domain::facet::Facet;
use crate::domain::listing::{Filling, IndexAge, Listing};
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::staleness::Staleness;
use crate::server::index::{Coverage, Hits, View};

/// A page of a list, with its rows.
pub(super) fn listing<Row>(
    view: &View,
    reach: &Reach,
    query: ObjectQuery,
    hits: Hits,
    age: IndexAge,
    rows: Vec<Row>,
) -> Listing<Row> {
    let Hits { before, matching, total, misspelt, previous, next, counts, .. } = hits;
    let names = names(view, reach, &query);
    Listing { query, rows, before, matching, total, misspelt, previous, next, counts, names, age }
}

/// What the organisations are called that filters name, as far as the person may see them.
fn names(view: &View, reach: &Reach, query: &ObjectQuery) -> Vec<(String, String)> {
    let values = query.values(Facet::Within, false).iter().chain(query.values(Facet::Within, true));
    let seen = values.filter(|id| reach.holds(id));
    let named = seen.filter_map(|id| view.reference(ObjectKind::Organisation, id));
    named.map(|organisation| (organisation.id, organisation.name)).collect()
}

/// How old a list of clients is, and how much of it there is.
pub(super) fn age_of_clients(coverage: &Coverage, organisations: Option<Staleness>) -> IndexAge {
    let filling = (!coverage.is_whole()).then_some(Filling {
        read: coverage.read,
        failed: coverage.failed,
        of: coverage.of,
        seconds_left: coverage.seconds_left,
    });
    let stale = match (organisations, coverage.stale.clone()) {
        (Some(one), Some(other)) => Some(one.joined(other)),
        (one, other) => one.or(other),
    };
    IndexAge { read_at: coverage.read_at, filling, stale }
}
