//! `/{connection}/organisations`: the tree, or what a search finds.

use leptos::prelude::*;

use super::super::address::{page_number, part, query};
use super::super::permission::EditButton;
use super::super::refresh::Refresh;
use super::table::table;
use crate::components::{
    Crumb, Empty, FilterChips, FilterSearch, FilterSelect, IconName, Layout, Location, PageHead, Pagination,
    RelativeTime, StaleNotice, counted, loaded, pairs,
};
use crate::domain::connection::ConnectionList;
use crate::domain::staleness::Staleness;
use crate::domain::views::{OrganisationList, OrganisationQuery};
use crate::paths;
use crate::server_fns::organisations::list_organisations;

/// The longest list of folded organisations in an address, in bytes: each row has a link that repeats it.
const LONGEST_FOLDED: usize = 4_000;

/// The list of organisations.
#[component]
pub fn OrganisationsPage() -> impl IntoView {
    let connection = part("connection");
    let asked = OrganisationQuery {
        search: query("q"),
        product: query("product"),
        production: query("production"),
        state: query("state"),
        folded: Some(query("folded")).filter(|ids| ids.len() <= LONGEST_FOLDED).unwrap_or_default(),
        page: page_number(),
    };
    let load = list_organisations(connection.clone(), asked);
    loaded(Some(connection.clone()), load, move |list| page(connection.clone(), list))
}

/// The address of the list with other values in its query.
pub(super) fn address(connection: &str, query: &OrganisationQuery) -> String {
    paths::with_query(
        &paths::organisations(connection),
        [
            ("q", query.search.as_str()),
            ("product", &query.product),
            ("production", &query.production),
            ("state", &query.state),
            ("folded", &query.folded),
        ],
    )
}

fn page(connection: String, list: OrganisationList) -> impl IntoView {
    let OrganisationList { query, rows, total, read_at, stale, products } = list;
    let here = address(&connection, &query);
    let subline = view! {
        <span>{counted(total, "organisation")} ", as of " <RelativeTime at=read_at/> " ·"</span>
        " "
        <Refresh connection=connection.clone() list=ConnectionList::Organisations/>
    };
    let refusal = stale.as_ref().map(Staleness::refusal);
    let create = view! {
        <EditButton
            connection=connection.clone()
            path=paths::new_organisation(&connection)
            label="Create organisation"
            refusal
            is_primary=true
        />
    };
    let (first_connection, first_path) = (connection.clone(), paths::new_organisation(&connection));
    let clear_path = paths::organisations(&connection);
    let body = if total == 0 {
        view! {
            <Empty
                icon=IconName::Tree
                title="No organisations yet"
                description="An organisation is a customer you integrate. It has its own products, scopes and clients."
            >
                <EditButton
                    connection=first_connection
                    path=first_path
                    label="Create the first organisation"
                    refusal
                />
            </Empty>
        }
        .into_any()
    } else if rows.total == 0 {
        view! {
            <Empty
                icon=IconName::Tree
                title="No matching organisations"
                description="Names can match in part. Enter the full ID or scope. Try fewer filters."
            >
                <a class="button" href=clear_path>
                    "Clear all filters"
                </a>
            </Empty>
        }
        .into_any()
    } else {
        let table = table(&connection, &query, rows.items.clone());
        view! {
            {table}
            <Pagination page=rows path=here/>
        }
        .into_any()
    };
    view! {
        <Layout
            title="Organisations"
            connection=Some(connection.clone())
            location=Location::Organisations
            crumbs=vec![Crumb::here("Organisations")]
        >
            <PageHead title="Organisations" subline=subline.into_any() actions=create.into_any()/>
            <StaleNotice stale closing="You cannot make changes until it responds."/>
            {(total > 0).then(|| filters(&connection, &query, products))}
            {body}
        </Layout>
    }
}

fn filters(connection: &str, query: &OrganisationQuery, products: Vec<String>) -> impl IntoView + use<> {
    let without = |clear: fn(&mut OrganisationQuery)| {
        let mut query = query.clone();
        clear(&mut query);
        address(connection, &query)
    };
    let chips = vec![
        ("Search", query.search.clone(), without(|query| query.search.clear())),
        ("Product", query.product.clone(), without(|query| query.product.clear())),
        ("Production access", query.production.clone(), without(|query| query.production.clear())),
        ("State", query.state.clone(), without(|query| query.state.clear())),
    ];
    let products = products.into_iter().map(|product| (product.clone(), product)).collect();
    let production = pairs([("yes", "Production"), ("no", "Sandbox only")]);
    let states = pairs([("enabled", "Enabled"), ("disabled", "Disabled")]);
    view! {
        <form class="filters" method="get" action=paths::organisations(connection) aria-label="Filter organisations">
            <FilterSearch name="q" label="Search" placeholder="Name, ID or scope" value=query.search.clone()/>
            <FilterSelect name="product" label="Product" options=products chosen=query.product.clone()/>
            <FilterSelect name="production" label="Production access" options=production chosen=query.production.clone()/>
            <FilterSelect name="state" label="State" options=states chosen=query.state.clone()/>
            <button class="button" type="submit">
                "Apply"
            </button>
        </form>
        <FilterChips chips clear=paths::organisations(connection)/>
    }
}
