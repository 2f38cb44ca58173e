//! `/{connection}/clients`: the clients of all organisations.

use leptos::prelude::*;

use super::super::address::{page_number, part, query};
use super::super::refresh::Refresh;
use super::table::ClientTable;
use crate::components::{
    Crumb, Empty, FilterChips, FilterSearch, FilterSelect, IconName, Layout, Location, Notice, PageHead, Pagination,
    RelativeTime, StaleNotice, counted, grouped, loaded, pairs,
};
use crate::domain::connection::ConnectionList;
use crate::domain::shell::Tone;
use crate::domain::views::{Coverage, OAuthClientList, OAuthClientQuery};
use crate::paths;
use crate::server_fns::oauth_clients::list_oauth_clients;

/// The list of the clients of all organisations, with filters.
#[component]
pub fn OAuthClientsPage() -> impl IntoView {
    let connection = part("connection");
    let asked = OAuthClientQuery {
        search: query("q"),
        product: query("product"),
        production: query("production"),
        state: query("state"),
        page: page_number(),
    };
    let load = list_oauth_clients(connection.clone(), asked);
    loaded(Some(connection.clone()), load, move |list| page(connection.clone(), list))
}

fn page(connection: String, list: OAuthClientList) -> impl IntoView {
    let OAuthClientList { query, rows, total, coverage, read_at, stale, products } = list;
    let here = address(&connection, &query);
    let as_of = read_at.map(|at| view! { ", as of " <RelativeTime at/> });
    let subline = view! {
        <span>{counted(total, "client")} " in " {counted(coverage.read.into(), "organisation")} {as_of} " ·"</span>
        " "
        <Refresh connection=connection.clone() list=ConnectionList::Clients/>
    };
    let (clear_path, organisations_path) = (paths::clients(&connection), paths::organisations(&connection));
    let body = if rows.total > 0 {
        let table = rows.items.clone();
        view! {
            <div class="table-card">
                <ClientTable connection=connection.clone() rows=table with_organisation=true/>
            </div>
            <Pagination page=rows path=here/>
        }
        .into_any()
    } else if query.is_narrowed() {
        view! {
            <Empty
                icon=IconName::Key
                title="No matching clients"
                description="Names and return URLs can match in part. Enter the full ID or scope. Try fewer filters."
            >
                <a class="button" href=clear_path>
                    "Clear all filters"
                </a>
            </Empty>
        }
        .into_any()
    } else if !coverage.is_whole() {
        view! {
            <Empty
                icon=IconName::Key
                title="No clients loaded yet"
                description="This connection may have clients. Refresh in a moment to load them."
            >
                <a class="button" href=organisations_path>
                    "Organisations"
                </a>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty
                icon=IconName::Key
                title="No clients yet"
                description="A client is an application that signs users in with OneID. It belongs to an organisation: open \
                       one to create its first client."
            >
                <a class="button button-primary" href=organisations_path>
                    "Organisations"
                </a>
            </Empty>
        }
        .into_any()
    };
    let has_filters = total > 0;
    view! {
        <Layout
            title="Clients"
            connection=Some(connection.clone())
            location=Location::Clients
            crumbs=vec![Crumb::here("Clients")]
        >
            <PageHead title="Clients" subline=subline.into_any()/>
            <StaleNotice stale closing="Refresh in a moment to try again."/>
            {(!coverage.is_whole()).then(|| missing(coverage))}
            {has_filters.then(|| filters(&connection, &query, products))}
            {body}
        </Layout>
    }
}

/// What is not in the list, and what to do about it.
fn missing(coverage: Coverage) -> impl IntoView {
    let words = if coverage.failed > 0 {
        format!(
            "The clients of {} of {} organisations could not be loaded.",
            grouped(coverage.failed.into()),
            grouped(coverage.of.into())
        )
    } else {
        format!(
            "The clients of {} of {} organisations have been loaded so far.",
            grouped(coverage.read.into()),
            grouped(coverage.of.into())
        )
    };
    view! {
        <Notice tone=Tone::Warning>
            <p>
                <strong>{words} " "</strong>
                "OneID lists clients one organisation at a time. Refresh to load more."
            </p>
        </Notice>
    }
}

/// The address of the list with other values in its query.
fn address(connection: &str, query: &OAuthClientQuery) -> String {
    paths::with_query(
        &paths::clients(connection),
        [
            ("q", query.search.as_str()),
            ("product", &query.product),
            ("production", &query.production),
            ("state", &query.state),
        ],
    )
}

fn filters(connection: &str, query: &OAuthClientQuery, products: Vec<String>) -> impl IntoView + use<> {
    let without = |clear: fn(&mut OAuthClientQuery)| {
        let mut query = query.clone();
        clear(&mut query);
        address(connection, &query)
    };
    let environment = match query.production.as_str() {
        "yes" => "production",
        "no" => "sandbox",
        other => other,
    };
    let chips = vec![
        ("Search", query.search.clone(), without(|query| query.search.clear())),
        ("Product", query.product.clone(), without(|query| query.product.clear())),
        ("Environment", environment.to_owned(), without(|query| query.production.clear())),
        ("State", query.state.clone(), without(|query| query.state.clear())),
    ];
    let products = products.into_iter().map(|product| (product.clone(), product)).collect();
    let production = pairs([("yes", "Production"), ("no", "Sandbox")]);
    let states = pairs([("enabled", "Enabled"), ("disabled", "Disabled")]);
    view! {
        <form class="filters" method="get" action=paths::clients(connection) aria-label="Filter clients">
            <FilterSearch
                name="q"
                label="Search"
                placeholder="Name, ID, return URL or scope"
                value=query.search.clone()
            />
            <FilterSelect name="product" label="Product" options=products chosen=query.product.clone()/>
            <FilterSelect name="production" label="Environment" options=production chosen=query.production.clone()/>
            <FilterSelect name="state" label="State" options=states chosen=query.state.clone()/>
            <button class="button" type="submit">
                "Apply"
            </button>
        </form>
        <FilterChips chips clear=paths::clients(connection)/>
    }
}
