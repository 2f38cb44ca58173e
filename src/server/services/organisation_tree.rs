//! The tree of organisations as a page shows it: a page of the top level, with what is open below.

use super::organisation_rows::Rows;
use super::reach::Reach;
use crate::domain::branches::CLOSED_FROM;
use crate::domain::fragment::Fragment;
use crate::domain::listing::{IndexAge, ROWS_PER_PAGE};
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::rows::{Branch, MoreChildren, OrganisationListing, OrganisationRow, TreePage};
use crate::server::index::{Hit, Hits, View};

/// The page of the tree that a query asks for. `hits` has the counts of the whole list.
pub(super) fn tree(view: &View, reach: &Reach, query: ObjectQuery, hits: Hits, age: IndexAge) -> OrganisationListing {
    let mut walk = Walk {
        rows_of: Rows::of(view, reach),
        query: &query,
        rows: Vec::new(),
        page: TreePage { is_open_by_default: hits.total < CLOSED_FROM, ..TreePage::default() },
    };
    let at = query.at.as_deref().filter(|id| reach.holds(id));
    if let Some(at) = at.and_then(|id| view.reference(ObjectKind::Organisation, id)) {
        walk.page.ancestors = walk.rows_of.path(&at.id);
        walk.page.at = Some(at);
    }
    let level = match (&walk.page.at, reach) {
        (Some(at), _) => view.children(Some(&at.id)),
        (None, Reach::Everywhere) => view.children(None),
        (None, Reach::Within(_, tops)) => view.tops(tops),
    };
    let (of, before) = (level.len(), offset(&query).min(level.len()));
    let listed = walk.children(level, 0, before);
    walk.page.on_level = listed as u64;
    let Walk { rows, page, .. } = walk;
    let (previous, next) = (
        (before > 0).then(|| cursor(before.saturating_sub(ROWS_PER_PAGE))),
        (before + listed < of).then(|| cursor(before + listed)),
    );
    let hits = Hits { before: before as u64, matching: of as u64, previous, next, ..hits };
    OrganisationListing { listing: super::listing::listing(view, reach, query, hits, age, rows), tree: Some(page) }
}

/// The number of rows before the page of a query: what a cursor of the tree is.
fn offset(query: &ObjectQuery) -> usize {
    query.cursor.as_deref().and_then(|cursor| cursor.parse().ok()).unwrap_or(0)
}

/// The cursor of the page after so many rows.
fn cursor(before: usize) -> String {
    if before == 0 { String::new() } else { before.to_string() }
}

struct Walk<'a> {
    rows_of: Rows<'a>,
    query: &'a ObjectQuery,
    rows: Vec<Fragment<OrganisationRow>>,
    page: TreePage,
}

impl Walk<'_> {
    /// Lists a page of organisations side by side, and what is open below them. Returns how many there are on it.
    fn children(&mut self, level: Vec<Hit>, depth: u32, before: usize) -> usize {
        let page: Vec<Hit> = level.into_iter().skip(before).take(ROWS_PER_PAGE).collect();
        let listed = page.len();
        for hit in page {
            self.child(hit, depth);
        }
        listed
    }

    fn child(&mut self, hit: Hit, depth: u32) {
        let view = self.rows_of.view;
        let id = view.id_at(ObjectKind::Organisation, hit);
        let is_open = self.query.is_open(&id, self.page.is_open_by_default);
        let branch = match (view.has_children(&id), is_open) {
            (false, _) => Branch::Leaf,
            (true, true) => Branch::Open,
            (true, false) => Branch::Closed,
        };
        let Some(row) = self.rows_of.row(hit, Some((depth, branch))) else {
            return;
        };
        let parent = row.organisation.clone();
        self.rows.push(row);
        if branch == Branch::Open {
            let level = view.children(Some(&id));
            let of = level.len();
            let listed = self.children(level, depth.saturating_add(1), 0);
            if listed < of {
                self.page.more.push(MoreChildren {
                    after: u32::try_from(self.rows.len()).unwrap_or(u32::MAX),
                    parent,
                    depth: depth.saturating_add(1),
                    listed: listed as u64,
                    of: of as u64,
                    cursor: cursor(listed),
                });
            }
        }
    }
}
