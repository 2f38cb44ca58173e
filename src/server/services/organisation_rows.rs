//! The rows of the list of organisations: the tree with its folds, or what a search finds. What is not on the page is
//! not copied.

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};

use super::filter::Search;
use crate::domain::list::{ListQuery, ROWS_PER_PAGE};
use crate::domain::organisation::Organisation;
use crate::domain::page::Page;
use crate::domain::reference::ObjectReference;
use crate::domain::tree::{OrganisationOrder, TreePosition};
use crate::domain::views::OrganisationRow;

/// What the list shows of a connection's organisations.
pub(super) struct Listed {
    /// The rows of one page, without the numbers of their clients.
    pub(super) page: Page<OrganisationRow>,
    /// How many organisations the person may see.
    pub(super) total: u64,
    /// The products that appear among them.
    pub(super) products: Vec<String>,
}

/// One line of the list before it is known whether it is on the page.
struct Line<'a> {
    organisation: &'a Organisation,
    depth: u32,
    has_children: bool,
    is_folded: bool,
}

/// The rows that a query asks for, of organisations in their orders.
pub(super) fn rows(
    organisations: &[impl Borrow<Organisation>],
    order: &OrganisationOrder,
    query: &ListQuery,
) -> Listed {
    let page = if query.is_narrowed() {
        let page = Page::of(narrowed(organisations, order, query), query.page, ROWS_PER_PAGE);
        let parents = parents(organisations, &page.items);
        page.map(|organisation| row(flat(organisation), parent_of(organisation, &parents)))
    } else if query.folded.is_empty() {
        let whole = order.tree.iter().map(|position| line(organisations, position, false));
        Page::of(whole, query.page, ROWS_PER_PAGE).map(|line| row(line, None))
    } else {
        Page::of(folded(organisations, order, &query.folded), query.page, ROWS_PER_PAGE).map(|line| row(line, None))
    };
    Listed { page, total: organisations.len() as u64, products: order.products.clone() }
}

fn line<'a>(organisations: &'a [impl Borrow<Organisation>], position: &TreePosition, is_folded: bool) -> Line<'a> {
    let organisation = organisations[position.index as usize].borrow();
    Line { organisation, depth: position.depth, has_children: position.has_children, is_folded }
}

/// The tree without what is below a folded branch.
fn folded<'a>(
    organisations: &'a [impl Borrow<Organisation>],
    order: &OrganisationOrder,
    folded: &str,
) -> Vec<Line<'a>> {
    let folded: HashSet<&str> = folded.split(',').filter(|id| !id.is_empty()).collect();
    let mut hidden_below = None;
    let mut lines = Vec::new();
    for position in &order.tree {
        if hidden_below.is_some_and(|depth| position.depth > depth) {
            continue;
        }
        let id = organisations[position.index as usize].borrow().id.as_str();
        let is_folded = position.has_children && folded.contains(id);
        hidden_below = is_folded.then_some(position.depth);
        lines.push(line(organisations, position, is_folded));
    }
    lines
}

/// What the filters let through, by name.
fn narrowed<'a>(
    organisations: &'a [impl Borrow<Organisation>],
    order: &OrganisationOrder,
    query: &ListQuery,
) -> Vec<&'a Organisation> {
    let search = Search::new(&query.search);
    let is_found = |organisation: &&Organisation| {
        let exact = organisation.allowed_scopes().unwrap_or_default().iter().map(String::as_str);
        (search.finds([organisation.whole_name()]) || search.is(exact.chain([organisation.id.as_str()])))
            && (query.product.is_empty()
                || organisation.allowed_products().is_some_and(|products| products.contains(&query.product)))
            && query.lets_through(organisation.has_production_access(), organisation.is_disabled())
    };
    order.by_name.iter().map(|index| organisations[*index as usize].borrow()).filter(is_found).collect()
}

/// The parents of the organisations of one page, as far as they are among these.
fn parents<'a>(
    organisations: &'a [impl Borrow<Organisation>],
    page: &[&Organisation],
) -> HashMap<&'a str, &'a Organisation> {
    let wanted: HashSet<&str> = page.iter().filter_map(|organisation| organisation.parent_id()).collect();
    let known = organisations.iter().map(Borrow::borrow);
    let parents = known.filter(|organisation: &&Organisation| wanted.contains(organisation.id.as_str()));
    parents.map(|organisation| (organisation.id.as_str(), organisation)).collect()
}

fn parent_of(organisation: &Organisation, parents: &HashMap<&str, &Organisation>) -> Option<ObjectReference> {
    Some(parents.get(organisation.parent_id()?)?.reference())
}

fn flat(organisation: &Organisation) -> Line<'_> {
    Line { organisation, depth: 0, has_children: false, is_folded: false }
}

fn row(line: Line<'_>, parent: Option<ObjectReference>) -> OrganisationRow {
    OrganisationRow {
        organisation: line.organisation.clone(),
        parent,
        depth: line.depth,
        has_children: line.has_children,
        is_folded: line.is_folded,
        clients: None,
    }
}
