//! Lists of objects by a scan of what the directory has read, until an index answers them.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};

use super::filter::Search;
use super::interim_tree::{self, cursor, offset};
use crate::domain::branches::CLOSED_FROM;
use crate::domain::facet::{Facet, Filter};
use crate::domain::listing::{FacetCounts, IndexAge, Listing, MOST_COUNTED_VALUES, ROWS_PER_PAGE};
use crate::domain::oauth_client::{OAuthClient, by_name};
use crate::domain::object::ObjectKind;
use crate::domain::object_query::{Column, ObjectQuery};
use crate::domain::organisation::Organisation;
use crate::domain::rows::{OAuthClientRow, OrganisationListing, OrganisationRow};
use crate::domain::tree::OrganisationOrder;

fn texts(values: Option<&[String]>) -> Vec<&str> {
    values.unwrap_or_default().iter().map(String::as_str).collect()
}

/// What filters and the search ask of an object.
trait Searchable {
    const KIND: ObjectKind;
    fn values(&self, facet: Facet) -> Vec<&str>;
    fn name(&self) -> &str;
    /// The ID and what else is found whole.
    fn whole(&self) -> Vec<&str>;
    fn parts(&self) -> Vec<&str>;
}

impl Searchable for Organisation {
    const KIND: ObjectKind = ObjectKind::Organisation;

    fn values(&self, facet: Facet) -> Vec<&str> {
        match facet {
            Facet::Product => texts(self.allowed_products()),
            Facet::Scope => texts(self.allowed_scopes()),
            Facet::ProviderGroup => texts(self.allowed_provider_groups()),
            Facet::Production => vec![if self.has_production_access() { "yes" } else { "no" }],
            Facet::State => vec![if self.is_disabled() { "disabled" } else { "enabled" }],
            _ => Vec::new(),
        }
    }

    fn name(&self) -> &str {
        self.whole_name()
    }

    fn whole(&self) -> Vec<&str> {
        self.allowed_scopes().unwrap_or_default().iter().chain([&self.id]).map(String::as_str).collect()
    }

    fn parts(&self) -> Vec<&str> {
        vec![self.whole_name()]
    }
}

impl Searchable for OAuthClient {
    const KIND: ObjectKind = ObjectKind::OAuthClient;

    fn values(&self, facet: Facet) -> Vec<&str> {
        match facet {
            Facet::Product => self.selected_product().into_iter().collect(),
            Facet::Scope => self.scopes().map(String::as_str).collect(),
            Facet::ProviderGroup => texts(self.fields.list("allowed_provider_groups")),
            Facet::Production => vec![if self.is_production() { "yes" } else { "no" }],
            Facet::State => vec![if self.is_disabled() { "disabled" } else { "enabled" }],
            Facet::Algorithm => self.token_signing_algorithm().into_iter().collect(),
            Facet::ReturnUrl => self.return_urls().iter().map(String::as_str).collect(),
            Facet::Within => self.organisation_id.as_deref().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn name(&self) -> &str {
        self.whole_name()
    }

    fn whole(&self) -> Vec<&str> {
        self.scopes().chain([&self.id]).map(String::as_str).collect()
    }

    fn parts(&self) -> Vec<&str> {
        self.return_urls().iter().map(String::as_str).chain([self.whole_name()]).collect()
    }
}

/// The organisations that a query asks for: the tree, or a flat list of what is found.
pub(super) fn organisations(
    all: &[impl Borrow<Organisation>],
    order: &OrganisationOrder,
    query: ObjectQuery,
    age: IndexAge,
) -> OrganisationListing {
    let by_name = order.by_name.iter().map(|key| all[key.index as usize].borrow()).collect();
    let mut listing = page(by_name, query, age).map(|organisation| interim_tree::flat_row(all, order, organisation));
    let names = |id: &String| Some((id.clone(), order.find(all, id)?.name().into_owned()));
    listing.names = within(&listing.query).filter_map(names).collect();
    let is_flat = listing.query.is_narrowed() || listing.query.sort.is_some();
    let tree = (!is_flat).then(|| {
        let is_open_by_default = (all.len() as u64) < CLOSED_FROM;
        interim_tree::show(all, order, &mut listing, is_open_by_default)
    });
    OrganisationListing { listing, tree }
}

/// The clients that a query asks for.
pub(super) fn oauth_clients(
    mut clients: Vec<&OAuthClient>,
    organisations: &[Organisation],
    query: ObjectQuery,
    age: IndexAge,
) -> Listing<OAuthClientRow> {
    let known: HashMap<&str, &Organisation> = organisations.iter().map(|one| (one.id.as_str(), one)).collect();
    clients.sort_by(|left, right| by_name(left, right));
    let reference = |id: &str| known.get(id).map(|organisation| organisation.reference());
    let mut listing = page(clients, query, age)
        .map(|client| OAuthClientRow::of(client, client.organisation_id.as_deref().and_then(reference)));
    let names = |id: &String| Some((id.clone(), known.get(id.as_str())?.name().into_owned()));
    listing.names = within(&listing.query).filter_map(names).collect();
    listing
}

fn within(query: &ObjectQuery) -> impl Iterator<Item = &String> {
    query.values(Facet::Within, false).iter().chain(query.values(Facet::Within, true))
}

impl<Row> Listing<Row> {
    fn map<Other>(self, make: impl FnMut(Row) -> Other) -> Listing<Other> {
        let Self { query, rows, before, matching, total, misspelt, previous, next, counts, names, age } = self;
        let rows = rows.into_iter().map(make).collect();
        Listing { query, rows, before, matching, total, misspelt, previous, next, counts, names, age }
    }
}

/// The page of objects in the order of names, with the counts of what is found.
fn page<'a, T: Searchable>(by_name: Vec<&'a T>, query: ObjectQuery, age: IndexAge) -> Listing<&'a T> {
    let search = Search::new(&query.search);
    let is_found = |object: &T| search.finds(object.parts()) || search.is_one_of(object.whole());
    let total = by_name.len() as u64;
    let found: Vec<&T> = by_name.into_iter().filter(|object| is_found(object)).collect();
    let counts = counts(&found, &query);
    let mut matching: Vec<&T> = found.into_iter().filter(|object| passes(*object, &query, None)).collect();
    if let Some(sort) = query.sort {
        let key = |object: &&T| match sort.column {
            Column::Name => object.name().to_lowercase(),
            Column::Product => object.values(Facet::Product).concat(),
            Column::Production => object.values(Facet::Production).concat().replace("yes", ""),
            Column::State => object.values(Facet::State).concat().replace("enabled", ""),
            _ => String::new(),
        };
        matching.sort_by_cached_key(key);
        if sort.is_descending {
            matching.reverse();
        }
    }
    let (size, count) = (ROWS_PER_PAGE as u64, matching.len() as u64);
    let before = offset(&query).min(count);
    Listing {
        rows: matching.into_iter().skip(usize::try_from(before).unwrap_or(0)).take(ROWS_PER_PAGE).collect(),
        before,
        matching: count,
        total,
        misspelt: 0,
        previous: (before > 0).then(|| cursor(before.saturating_sub(size))),
        next: (before + size < count).then(|| cursor(before + size)),
        counts,
        names: Vec::new(),
        query,
        age,
    }
}

/// Whether an object passes all filters, but for those of one property.
fn passes<T: Searchable>(object: &T, query: &ObjectQuery, but: Option<Facet>) -> bool {
    let passes = |filter: &Filter| {
        let has_one = object.values(filter.facet).iter().any(|value| filter.values.iter().any(|one| one == value));
        Some(filter.facet) == but || has_one != filter.is_not
    };
    query.filters.iter().all(passes)
}

fn counts<T: Searchable>(found: &[&T], query: &ObjectQuery) -> Vec<FacetCounts> {
    let counted = Facet::ALL.into_iter().filter(|facet| facet.is_counted() && facet.applies_to(T::KIND));
    let count = |facet: Facet| {
        let mut values: BTreeMap<&str, u64> = BTreeMap::new();
        let chosen = query.values(facet, false).iter().chain(query.values(facet, true));
        values.extend(chosen.map(|value| (value.as_str(), 0)));
        for object in found.iter().filter(|object| passes(**object, query, Some(facet))) {
            object.values(facet).into_iter().for_each(|value| *values.entry(value).or_default() += 1);
        }
        let mut values: Vec<(String, u64)> =
            values.into_iter().map(|(value, count)| (value.to_owned(), count)).collect();
        values.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let more = values.len().saturating_sub(MOST_COUNTED_VALUES) as u64;
        values.truncate(MOST_COUNTED_VALUES);
        FacetCounts { facet, values, more }
    };
    counted.map(count).collect()
}

/// Fills what is known of the clients of the rows.
pub(super) fn with_client_counts(listing: &mut Listing<OrganisationRow>, counts: &HashMap<String, u32>) {
    for row in &mut listing.rows {
        row.clients = counts.get(&row.organisation.id).copied();
    }
}
