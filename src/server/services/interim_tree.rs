//! The tree of organisations as a page shows it, made of what the directory has read, until an index answers it.

use std::borrow::Borrow;
use std::ops::Range;

use crate::domain::facet::Facet;
use crate::domain::listing::{Listing, ROWS_PER_PAGE};
use crate::domain::object_query::ObjectQuery;
use crate::domain::organisation::Organisation;
use crate::domain::reference::ObjectReference;
use crate::domain::rows::{BeyondParent, Branch, MoreChildren, OrganisationRow, Parentage, TreePage};
use crate::domain::tree::OrganisationOrder;

/// Puts the rows of the tree into a listing.
pub(super) fn show(
    all: &[impl Borrow<Organisation>],
    order: &OrganisationOrder,
    listing: &mut Listing<OrganisationRow>,
    is_open_by_default: bool,
) -> TreePage {
    let mut walk =
        Walk { all, order, ends: ends(order), query: &listing.query, rows: Vec::new(), page: TreePage::default() };
    walk.page.is_open_by_default = is_open_by_default;
    let is_at = |place: &usize| Some(&walk.organisation(*place).id) == listing.query.at.as_ref();
    let at = (0..order.tree.len()).find(is_at);
    let range = at.map_or(0..order.tree.len(), |place| place + 1..walk.ends[place]);
    let base = at.map_or(0, |place| order.tree[place].depth + 1);
    if let Some(place) = at {
        walk.page.at = Some(walk.organisation(place).reference());
        walk.page.ancestors = path(all, order, walk.organisation(place));
    }
    let before = offset(&listing.query);
    let (listed, of) = walk.children(range, 0, base, before);
    let (rows, mut page) = (walk.rows, walk.page);
    page.on_level = listed;
    listing.rows = rows;
    (listing.before, listing.matching) = (before.min(of), of);
    listing.previous = (before > 0).then(|| cursor(before.saturating_sub(ROWS_PER_PAGE as u64)));
    listing.next = (before + listed < of).then(|| cursor(before + listed));
    page
}

/// The number of rows before the page of a query.
pub(super) fn offset(query: &ObjectQuery) -> u64 {
    query.cursor.as_deref().and_then(|cursor| cursor.parse().ok()).unwrap_or(0)
}

/// The cursor of the page after so many rows.
pub(super) fn cursor(before: u64) -> String {
    if before == 0 { String::new() } else { before.to_string() }
}

/// The place after everything below each place of the tree.
fn ends(order: &OrganisationOrder) -> Vec<usize> {
    let mut ends = vec![order.tree.len(); order.tree.len()];
    let mut open: Vec<usize> = Vec::new();
    for (place, position) in order.tree.iter().enumerate() {
        while let Some(last) = open.pop_if(|last| order.tree[*last].depth >= position.depth) {
            ends[last] = place;
        }
        open.push(place);
    }
    ends
}

struct Walk<'a, T> {
    all: &'a [T],
    order: &'a OrganisationOrder,
    ends: Vec<usize>,
    query: &'a ObjectQuery,
    rows: Vec<OrganisationRow>,
    page: TreePage,
}

impl<'a, T: Borrow<Organisation>> Walk<'a, T> {
    fn organisation(&self, place: usize) -> &'a Organisation {
        self.all[self.order.tree[place].index as usize].borrow()
    }

    /// Lists one page of the children in a range, and what is open below them. Returns how many, and of how many.
    fn children(&mut self, range: Range<usize>, depth: u32, base: u32, before: u64) -> (u64, u64) {
        let (mut place, mut number, mut listed) = (range.start, 0, 0);
        while place < range.end {
            let below = place + 1..self.ends[place];
            if number >= before && listed < ROWS_PER_PAGE as u64 {
                listed += 1;
                self.child(place, below.clone(), depth, base);
            }
            number += 1;
            place = below.end;
        }
        (listed, number)
    }

    fn child(&mut self, place: usize, below: Range<usize>, depth: u32, base: u32) {
        let organisation = self.organisation(place);
        let is_open = self.query.is_open(&organisation.id, self.page.is_open_by_default);
        let branch = match (below.is_empty(), is_open) {
            (true, _) => Branch::Leaf,
            (false, true) => Branch::Open,
            (false, false) => Branch::Closed,
        };
        let row = row(self.all, self.order, organisation);
        let count = u32::try_from(below.len()).unwrap_or(u32::MAX);
        self.rows.push(OrganisationRow { depth, branch, below: count, ..row });
        if branch == Branch::Open {
            let (listed, of) = self.children(below, depth + 1, base, 0);
            if listed < of {
                self.page.more.push(MoreChildren {
                    after: u32::try_from(self.rows.len()).unwrap_or(u32::MAX),
                    parent: organisation.reference(),
                    depth: depth + 1,
                    listed,
                    of,
                    cursor: cursor(listed),
                });
            }
        }
    }
}

/// A row of a flat list, with the way to it.
pub(super) fn flat_row(
    all: &[impl Borrow<Organisation>],
    order: &OrganisationOrder,
    organisation: &Organisation,
) -> OrganisationRow {
    OrganisationRow { path: path(all, order, organisation), ..row(all, order, organisation) }
}

/// The organisations above one, the root first. Ends where a parent is not known, or goes round.
fn path(
    all: &[impl Borrow<Organisation>],
    order: &OrganisationOrder,
    organisation: &Organisation,
) -> Vec<ObjectReference> {
    let mut way: Vec<ObjectReference> = Vec::new();
    let mut next = organisation.parent_id().and_then(|id| order.find(all, id));
    while let Some(parent) =
        next.filter(|parent| parent.id != organisation.id && way.iter().all(|one| one.id != parent.id))
    {
        way.push(parent.reference());
        next = parent.parent_id().and_then(|id| order.find(all, id));
    }
    way.reverse();
    way
}

fn row(all: &[impl Borrow<Organisation>], order: &OrganisationOrder, organisation: &Organisation) -> OrganisationRow {
    let parent = organisation.parent_id().and_then(|id| order.find(all, id));
    let parentage = match (organisation.parent_id(), parent) {
        (Some(_), None) => Parentage::Missing,
        (Some(_), Some(_)) if leads_back(all, order, organisation) => Parentage::Circle,
        _ => Parentage::Known,
    };
    OrganisationRow {
        organisation: organisation.reference(),
        path: Vec::new(),
        products: organisation.allowed_products().map(<[String]>::to_vec),
        is_production: organisation.has_production_access(),
        is_disabled: organisation.is_disabled(),
        clients: None,
        below: 0,
        changed_at: None,
        depth: 0,
        branch: Branch::Leaf,
        parentage,
        beyond_parent: parent.map(|parent| beyond(organisation, parent)).unwrap_or_default(),
    }
}

/// Whether the way up from an organisation comes back to it.
fn leads_back(all: &[impl Borrow<Organisation>], order: &OrganisationOrder, organisation: &Organisation) -> bool {
    let mut at = organisation;
    for _ in 0..all.len() {
        match at.parent_id().and_then(|id| order.find(all, id)) {
            Some(parent) if parent.id == organisation.id => return true,
            Some(parent) => at = parent,
            None => return false,
        }
    }
    false
}

fn beyond(organisation: &Organisation, parent: &Organisation) -> Vec<BeyondParent> {
    let lists = [
        (Facet::Product, organisation.allowed_products(), parent.allowed_products()),
        (Facet::Scope, organisation.allowed_scopes(), parent.allowed_scopes()),
        (Facet::ProviderGroup, organisation.allowed_provider_groups(), parent.allowed_provider_groups()),
    ];
    let mut beyond = Vec::new();
    for (facet, own, allowed) in lists {
        // A parent that the partner sent no list of allows what nobody knows.
        let Some(allowed) = allowed else { continue };
        let values = own.unwrap_or_default().iter().filter(|value| !allowed.contains(value));
        beyond.extend(values.map(|value| BeyondParent { facet, value: value.clone() }));
    }
    let denies = parent.fields.flag("has_production_access") == Some(false);
    if organisation.has_production_access() && denies {
        beyond.push(BeyondParent { facet: Facet::Production, value: "yes".to_owned() });
    }
    beyond
}
