//! `/{connection}/clients`: the clients of all organisations.

use leptos::prelude::*;

use super::super::address::{page_number, part, query};
use super::table::ClientTable;
use crate::components::{Crumb, Empty, IconName, Layout, Location, Notice, PageHead, Pagination, grouped, loaded};
use crate::domain::shell::Tone;
use crate::domain::views::{Coverage, OAuthClientList, OAuthClientQuery};
use crate::paths;
use crate::server_fns::oauth_clients::list_oauth_clients;

/// The list of clients.
#[component]
pub fn OAuthClientsPage() -> impl IntoView {
    let connection = part("connection");
    let asked = OAuthClientQuery {
        search: query("q"),
        product: query("product"),
        production: query("production"),
        state: query("state"),
        page: page_number(),
        refresh: query("refresh") == "true",
    };
    let load = list_oauth_clients(connection.clone(), asked);
    loaded(Some(connection.clone()), load, move |list| page(connection.clone(), list))
}

fn page(connection: String, list: OAuthClientList) -> impl IntoView {
    let OAuthClientList { query, rows, total, coverage, products } = list;
    let here = paths::with_query(
        &paths::clients(&connection),
        [
            ("q", query.search.as_str()),
            ("product", &query.product),
            ("production", &query.production),
            ("state", &query.state),
        ],
    );
    let refresh = paths::with_query(&paths::clients(&connection), [("refresh", "true")]);
    let subline = view! {
        <span>
            {grouped(total)} " clients of " {grouped(coverage.read.into())} " organisations · "
            <a href=refresh>"Refresh"</a>
        </span>
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
                title="No client matches"
                words="Names and return URLs are searched in part; ids and scopes must be whole. Try fewer filters."
            >
                <a class="button" href=clear_path>
                    "Clear all filters"
                </a>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty
                icon=IconName::Key
                title="No clients yet"
                words="A client is one application that signs people in with OneID. It always belongs to an \
                       organisation: open one to create its first client."
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
            "The clients of {} of {} organisations could not be read.",
            grouped(coverage.failed.into()),
            grouped(coverage.of.into())
        )
    } else {
        format!(
            "The clients of {} of {} organisations have been read so far.",
            grouped(coverage.read.into()),
            grouped(coverage.of.into())
        )
    };
    view! {
        <Notice tone=Tone::Warning>
            <p>
                <strong>{words} " "</strong>
                "OneID gives clients one organisation at a time. Load the page again to go on reading."
            </p>
        </Notice>
    }
}

fn filters(connection: &str, query: &OAuthClientQuery, products: Vec<String>) -> impl IntoView + use<> {
    let option = |value: String, words: String, chosen: &str| {
        let selected = value == chosen;
        view! {
            <option value=value selected=selected>
                {words}
            </option>
        }
    };
    let product = query.product.clone();
    let products = products.into_iter().map(|value| option(value.clone(), value, &product)).collect_view();
    let choices = |pairs: [(&str, &str); 3], chosen: &str| {
        pairs.map(|(value, words)| option(value.to_owned(), words.to_owned(), chosen)).collect_view()
    };
    let clear = query.is_narrowed().then(|| {
        view! {
            <ul class="filter-chips">
                <li>
                    <a class="filter-clear" href=paths::clients(connection)>
                        "Clear all"
                    </a>
                </li>
            </ul>
        }
    });
    view! {
        <form class="filters" method="get" action=paths::clients(connection) aria-label="Filter clients">
            <div class="filter filter-search">
                <label for="q">"Search"</label>
                <input
                    class="input"
                    type="search"
                    id="q"
                    name="q"
                    placeholder="Name, id, return URL or scope"
                    value=query.search.clone()
                />
            </div>
            <div class="filter">
                <label for="product">"Product"</label>
                <select class="input" id="product" name="product">
                    {option(String::new(), "Any".to_owned(), &query.product)}
                    {products}
                </select>
            </div>
            <div class="filter">
                <label for="production">"Serves"</label>
                <select class="input" id="production" name="production">
                    {choices([("", "Any"), ("yes", "Production"), ("no", "Sandbox")], &query.production)}
                </select>
            </div>
            <div class="filter">
                <label for="state">"State"</label>
                <select class="input" id="state" name="state">
                    {choices([("", "Any"), ("enabled", "Enabled"), ("disabled", "Disabled")], &query.state)}
                </select>
            </div>
            <button class="button" type="submit">
                "Apply"
            </button>
        </form>
        {clear}
    }
}
