//! The rows of the list of organisations: the tree with its folds, or what a search finds. What is not on the page is
//! not copied.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::filter::Search;
use super::reach::Reach;
use crate::domain::list::ListQuery;
use crate::domain::organisation::{Organisation, sort_key, tree_order};
use crate::domain::page::Page;
use crate::domain::views::OrganisationRow;

/// Rows on one page of the list.
const PAGE_SIZE: u32 = 50;

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
    depth: usize,
    has_children: bool,
    is_folded: bool,
}

/// The rows that a query asks for, of the organisations within reach. Walks through all of them.
pub(super) fn rows(all: &[Organisation], reach: &Reach, query: &ListQuery) -> Listed {
    let organisations = reach.of(all);
    let lines = if query.is_narrowed() { narrowed(&organisations, query) } else { tree(&organisations, &query.folded) };
    let products: BTreeSet<&String> =
        organisations.iter().filter_map(|organisation| organisation.allowed_products()).flatten().collect();
    let page = Page::of(lines, query.page, PAGE_SIZE);
    let parents = parents(&organisations, &page.items);
    Listed {
        page: page.map(|line| row(line, &parents)),
        total: organisations.len() as u64,
        products: products.into_iter().cloned().collect(),
    }
}

fn tree<'a>(organisations: &[&'a Organisation], folded: &str) -> Vec<Line<'a>> {
    let folded: HashSet<&str> = folded.split(',').filter(|id| !id.is_empty()).collect();
    let mut hidden_below = None;
    let mut lines = Vec::new();
    for position in tree_order(organisations) {
        if hidden_below.is_some_and(|depth| position.depth > depth) {
            continue;
        }
        let organisation = organisations[position.index];
        let is_folded = position.has_children && folded.contains(organisation.id.as_str());
        hidden_below = is_folded.then_some(position.depth);
        lines.push(Line { organisation, depth: position.depth, has_children: position.has_children, is_folded });
    }
    lines
}

fn narrowed<'a>(organisations: &[&'a Organisation], query: &ListQuery) -> Vec<Line<'a>> {
    let search = Search::new(&query.search);
    let is_found = |organisation: &&&Organisation| {
        let exact = organisation.allowed_scopes().unwrap_or_default().iter().map(String::as_str);
        (search.finds([organisation.whole_name()]) || search.is(exact.chain([organisation.id.as_str()])))
            && (query.product.is_empty()
                || organisation.allowed_products().is_some_and(|products| products.contains(&query.product)))
            && query.lets_through(organisation.has_production_access(), organisation.is_disabled())
    };
    let mut found: Vec<&Organisation> = organisations.iter().filter(is_found).copied().collect();
    found.sort_by_cached_key(|organisation| sort_key(organisation));
    let line = |organisation| Line { organisation, depth: 0, has_children: false, is_folded: false };
    found.into_iter().map(line).collect()
}

/// The parents of the lines of one page, as far as they are within reach.
fn parents<'a>(organisations: &[&'a Organisation], lines: &[Line<'a>]) -> HashMap<&'a str, &'a Organisation> {
    let wanted: HashSet<&str> = lines.iter().filter_map(|line| line.organisation.parent_id()).collect();
    let parents = organisations.iter().filter(|organisation| wanted.contains(organisation.id.as_str()));
    parents.map(|organisation| (organisation.id.as_str(), *organisation)).collect()
}

fn row(line: Line<'_>, parents: &HashMap<&str, &Organisation>) -> OrganisationRow {
    let parent = line.organisation.parent_id().and_then(|id| parents.get(id));
    OrganisationRow {
        organisation: line.organisation.clone(),
        parent: parent.map(|parent| parent.reference()),
        depth: u32::try_from(line.depth).unwrap_or(u32::MAX),
        has_children: line.has_children,
        is_folded: line.is_folded,
        clients: None,
    }
}
