//! A page of a list of objects, with what the page says beside its rows.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::facet::Facet;
use super::fragment::Fragment;
use super::object_query::ObjectQuery;
use super::staleness::Staleness;

/// The most rows on one page of a list.
pub const ROWS_PER_PAGE: usize = 100;
/// The most values that a filter offers. The others are found by searching for them.
pub const MOST_COUNTED_VALUES: usize = 40;
/// The most branches of the tree that a filter offers. Each has an ID, which is what compresses worst.
pub const MOST_COUNTED_BRANCHES: usize = 5;

/// A page of a list of objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing<Row> {
    /// What was asked for.
    pub query: ObjectQuery,
    /// The rows of this page.
    pub rows: Vec<Row>,
    /// How many rows there are before this page; right when nothing has changed since the first page.
    pub before: u64,
    /// How many objects match.
    pub matching: u64,
    /// How many objects there are without filters, as far as the person may see them.
    pub total: u64,
    /// How many match only with a spelling mistake; they come last.
    pub misspelt: u64,
    /// The cursor of the page before; an empty one is that of the first page.
    pub previous: Option<String>,
    /// The cursor of the page after.
    pub next: Option<String>,
    /// How many objects have each value of the counted filters.
    pub counts: Vec<Fragment<FacetCounts>>,
    /// What the values of the query's filters that are IDs are called: the ID, and the name of its organisation.
    pub names: Vec<(String, String)>,
    /// How far the index is, and how old.
    pub age: IndexAge,
}

impl<Row> Listing<Row> {
    /// The rows, and what stands around them; it still knows how many rows there are.
    pub fn split(self) -> (Listing<()>, Vec<Row>) {
        let Self { query, rows, before, matching, total, misspelt, previous, next, counts, names, age } = self;
        let places = vec![(); rows.len()];
        (Listing { query, rows: places, before, matching, total, misspelt, previous, next, counts, names, age }, rows)
    }
}

/// How many objects have each value of a property: of those that all other filters let through, so that a filter's own
/// choice does not hide its alternatives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetCounts {
    /// The property.
    pub facet: Facet,
    /// The values with the most objects first, then in their own order; chosen ones are always among them. Those of
    /// [`Facet::Changed`] are in the order of [`CHANGED`](super::facet::CHANGED), then the chosen dates.
    pub values: Vec<(String, u64)>,
    /// How many values there are that are not listed.
    pub more: u64,
    /// What the values are called that are IDs: the ID, and the name of its organisation.
    #[serde(default)]
    pub names: Vec<(String, String)>,
}

impl FacetCounts {
    /// The counts as a page shows them: at most `most` values, the chosen ones in any case and the others only where something
    /// has them. `more` values were left out before.
    pub fn listed(facet: Facet, mut values: Vec<(String, u64)>, mut more: u64, chosen: &[&str], most: usize) -> Self {
        let is_chosen = |value: &str| chosen.contains(&value);
        values.retain(|(value, count)| *count > 0 || is_chosen(value));
        values.sort_unstable_by(|(left, left_count), (right, right_count)| {
            right_count.cmp(left_count).then_with(|| left.cmp(right))
        });
        let mut room = most.saturating_sub(values.iter().filter(|(value, _)| is_chosen(value)).count());
        values.retain(|(value, _)| {
            let is_listed = is_chosen(value) || room > 0;
            if !is_chosen(value) {
                room = room.saturating_sub(1);
            }
            more += u64::from(!is_listed);
            is_listed
        });
        Self { facet, values, more, names: Vec::new() }
    }

    /// The most values of a property that are listed.
    pub const fn most(facet: Facet) -> usize {
        if matches!(facet, Facet::Within) { MOST_COUNTED_BRANCHES } else { MOST_COUNTED_VALUES }
    }
}

/// How complete and how old what a list shows is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexAge {
    /// When the oldest part was read; `None` when nothing was.
    #[serde(with = "time::serde::rfc3339::option")]
    pub read_at: Option<OffsetDateTime>,
    /// Set while not everything has been read.
    pub filling: Option<Filling>,
    /// Set when something should have been read again and could not.
    pub stale: Option<Staleness>,
}

/// How far the first reading of a connection is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filling {
    /// Organisations whose clients were read.
    pub read: u32,
    /// Organisations whose clients the partner would not give.
    pub failed: u32,
    /// All organisations; 0 while they are not known.
    pub of: u32,
    /// Seconds until everything is read, at the present pace; `None` while that is not known.
    pub seconds_left: Option<u32>,
}
