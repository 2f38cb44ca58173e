//! The rows of the list of organisations: the tree with its folds, or what a search finds. What is not on the page is
//! not copied.

use std::borrow::Borrow;
use std::collections::HashSet;

use super::filter::Search;
use crate::domain::list::{ListQuery, ROWS_PER_PAGE};
use crate::domain::organisation::Organisation;
use crate::domain::page::Page;
use crate::domain::reference::ObjectReference;
use crate::domain::tree::{OrganisationOrder, TreePosition};
use crate::domain::views::{Branch, OrganisationRow};

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
        page.map(|organisation| row(flat(organisation), parent_of(organisations, order, organisation)))
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

/// What the filters let through, by name. What costs least is asked first.
fn narrowed<'a>(
    organisations: &'a [impl Borrow<Organisation>],
    order: &OrganisationOrder,
    query: &ListQuery,
) -> Vec<&'a Organisation> {
    let search = Search::new(&query.search);
    let let_through = order.by_name.iter().filter(|key| query.lets_through(key.is_production, key.is_disabled));
    let found = let_through.filter_map(|key| {
        let organisation = organisations[key.index as usize].borrow();
        let exact = || organisation.allowed_scopes().unwrap_or_default().iter().chain([&organisation.id]);
        let uses = || organisation.allowed_products().is_some_and(|products| products.contains(&query.product));
        let is_found = (search.is_part_of(&key.name) || search.is_one_of(exact().map(String::as_str)))
            && (query.product.is_empty() || uses());
        is_found.then_some(organisation)
    });
    found.collect()
}

fn parent_of(
    organisations: &[impl Borrow<Organisation>],
    order: &OrganisationOrder,
    organisation: &Organisation,
) -> Option<ObjectReference> {
    Some(order.find(organisations, organisation.parent_id()?)?.reference())
}

fn flat(organisation: &Organisation) -> Line<'_> {
    Line { organisation, depth: 0, has_children: false, is_folded: false }
}

fn row(line: Line<'_>, parent: Option<ObjectReference>) -> OrganisationRow {
    OrganisationRow {
        organisation: line.organisation.reference(),
        products: line.organisation.allowed_products().map(<[String]>::to_vec),
        is_production: line.organisation.has_production_access(),
        is_disabled: line.organisation.is_disabled(),
        parent,
        depth: line.depth,
        branch: match (line.has_children, line.is_folded) {
            (false, _) => Branch::Leaf,
            (true, false) => Branch::Open,
            (true, true) => Branch::Folded,
        },
        clients: None,
    }
}
