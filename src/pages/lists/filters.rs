//! What narrows a list, in its address and as controls: a view can be bookmarked and shared.

use leptos::prelude::*;

use super::super::Address;
use super::ListOfKind;
use crate::components::{FilterChips, FilterSearch, FilterSelect, pairs};
use crate::domain::list::{ListQuery, ObjectList, ProductionFilter, StateFilter};
use crate::domain::object::ObjectKind;
use crate::paths;

/// The longest list of folded organisations in an address, in bytes: each row has a link that repeats it.
const LONGEST_FOLDED: usize = 4_000;

/// What an address asks for.
pub(in crate::pages) fn asked(address: &Address) -> ListQuery {
    ListQuery {
        search: address.query("q"),
        product: address.query("product"),
        production: address.query("production").parse().ok(),
        state: address.query("state").parse().ok(),
        folded: Some(address.query("folded")).filter(|ids| ids.len() <= LONGEST_FOLDED).unwrap_or_default(),
        page: address.page_number(),
    }
}

/// The address of a list that is asked for, without its page.
pub(in crate::pages) fn address_of(connection: &str, kind: ObjectKind, query: &ListQuery) -> String {
    paths::with_query(
        &paths::list(connection, kind),
        [
            ("q", query.search.as_str()),
            ("product", &query.product),
            ("production", query.production.map_or("", ProductionFilter::code)),
            ("state", query.state.map_or("", StateFilter::code)),
            ("folded", &query.folded),
        ],
    )
}

pub(super) fn filters<L: ListOfKind>(connection: &str, list: &ObjectList<L::Row>) -> impl IntoView + use<L> {
    let (query, path) = (&list.query, paths::list(connection, L::KIND));
    let [production_label, production, sandbox] = L::PRODUCTION;
    let production_word = |filter| match filter {
        ProductionFilter::Production => production,
        ProductionFilter::Sandbox => sandbox,
    };
    let without = |clear: fn(&mut ListQuery)| {
        let mut query = query.clone();
        clear(&mut query);
        address_of(connection, L::KIND, &query)
    };
    let chips = vec![
        ("Search", query.search.clone(), without(|query| query.search.clear())),
        ("Product", query.product.clone(), without(|query| query.product.clear())),
        (
            production_label,
            query.production.map_or("", production_word).to_owned(),
            without(|query| query.production = None),
        ),
        ("State", query.state.map_or("", StateFilter::word).to_owned(), without(|query| query.state = None)),
    ];
    let products = list.products.iter().map(|product| (product.clone(), product.clone())).collect();
    let productions = pairs(ProductionFilter::ALL.map(|filter| (filter.code(), production_word(filter))));
    let states = pairs(StateFilter::ALL.map(|filter| (filter.code(), filter.word())));
    let chosen_production = query.production.map_or("", ProductionFilter::code).to_owned();
    let chosen_state = query.state.map_or("", StateFilter::code).to_owned();
    view! {
        <form class="filters" method="get" action=path.clone() aria-label=format!("Filter {}", L::KIND.collection())>
            <FilterSearch name="q" label="Search" placeholder=L::PLACEHOLDER value=query.search.clone()/>
            <FilterSelect name="product" label="Product" options=products chosen=query.product.clone()/>
            <FilterSelect name="production" label=production_label options=productions chosen=chosen_production/>
            <FilterSelect name="state" label="State" options=states chosen=chosen_state/>
            <button class="button" type="submit">
                "Apply"
            </button>
        </form>
        <FilterChips chips clear=path/>
    }
}
