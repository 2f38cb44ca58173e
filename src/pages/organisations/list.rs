//! `/{connection}/organisations`: the tree, or what a search finds.

use leptos::prelude::*;

use super::super::address::{page_number, part, query};
use super::super::permission::EditButton;
use crate::components::{
    Chips, Crumb, Empty, IconName, Layout, Location, Moment, PageHead, Pagination, StateCell, grouped, loaded,
};
use crate::domain::views::{OrganisationList, OrganisationQuery, OrganisationRow};
use crate::paths;
use crate::server_fns::organisations::list_organisations;

/// The list of organisations.
#[component]
pub fn OrganisationsPage() -> impl IntoView {
    let connection = part("connection");
    let asked = OrganisationQuery {
        search: query("q"),
        product: query("product"),
        production: query("production"),
        state: query("state"),
        folded: query("folded"),
        page: page_number(),
        refresh: query("refresh") == "true",
    };
    let load = list_organisations(connection.clone(), asked);
    loaded(Some(connection.clone()), load, move |list| page(connection.clone(), list))
}

/// The address of the list with other values in its query.
fn address(connection: &str, query: &OrganisationQuery) -> String {
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
    let OrganisationList { query, rows, total, read_at, products } = list;
    let here = address(&connection, &query);
    let refresh = paths::with_query(&paths::organisations(&connection), [("refresh", "true")]);
    let subline = view! {
        <span>
            {grouped(total)} " organisations, as of " <Moment at=read_at/> " · " <a href=refresh>"Refresh"</a>
        </span>
    };
    let create = view! {
        <EditButton
            connection=connection.clone()
            path=paths::new_organisation(&connection)
            words="Create organisation"
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
                words="An organisation is a customer that you integrate: it has its own products, scopes and clients."
            >
                <EditButton
                    connection=first_connection
                    path=first_path
                    words="Create the first organisation"
                />
            </Empty>
        }
        .into_any()
    } else if rows.total == 0 {
        view! {
            <Empty
                icon=IconName::Tree
                title="No organisation matches"
                words="Names are searched in part; ids and scopes must be whole. Try fewer filters."
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
            {(total > 0).then(|| filters(&connection, &query, products))}
            {body}
        </Layout>
    }
}

fn filters(connection: &str, query: &OrganisationQuery, products: Vec<String>) -> impl IntoView + use<> {
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
    view! {
        <form class="filters" method="get" action=paths::organisations(connection) aria-label="Filter organisations">
            <div class="filter filter-search">
                <label for="q">"Search"</label>
                <input
                    class="input"
                    type="search"
                    id="q"
                    name="q"
                    placeholder="Name, id or scope"
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
                <label for="production">"Production access"</label>
                <select class="input" id="production" name="production">
                    {choices([("", "Any"), ("yes", "Production"), ("no", "Sandbox only")], &query.production)}
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
        {query.is_narrowed().then(|| filter_chips(connection, query))}
    }
}

/// What narrows the list, each as a link that takes it away.
fn filter_chips(connection: &str, query: &OrganisationQuery) -> impl IntoView + use<> {
    let without = |clear: fn(&mut OrganisationQuery)| {
        let mut query = query.clone();
        clear(&mut query);
        address(connection, &query)
    };
    let chips = [
        ("Search", query.search.clone(), without(|query| query.search.clear())),
        ("Product", query.product.clone(), without(|query| query.product.clear())),
        ("Production access", query.production.clone(), without(|query| query.production.clear())),
        ("State", query.state.clone(), without(|query| query.state.clear())),
    ];
    let chips = chips.into_iter().filter(|(_, value, _)| !value.is_empty()).map(|(name, value, path)| {
        view! {
            <li>
                <a class="filter-chip" href=path>
                    {format!("{name}: {value}")}
                    <span class="visually-hidden">", remove this filter"</span>
                </a>
            </li>
        }
    });
    view! {
        <ul class="filter-chips">
            {chips.collect_view()}
            <li>
                <a class="filter-clear" href=paths::organisations(connection)>
                    "Clear all"
                </a>
            </li>
        </ul>
    }
}

fn table(connection: &str, query: &OrganisationQuery, rows: Vec<OrganisationRow>) -> impl IntoView + use<> {
    let is_flat = query.is_narrowed();
    let has_counts = rows.iter().any(|row| row.clients.is_some());
    let rows = rows.into_iter().map(|row| table_row(connection, query, row, has_counts)).collect_view();
    view! {
        <div class="table-card">
            <table class="table table-rows">
                <caption class="visually-hidden">"Organisations"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        {is_flat.then(|| view! { <th scope="col">"Parent"</th> })}
                        <th scope="col">"Products"</th>
                        {has_counts
                            .then(|| {
                                view! {
                                    <th scope="col" class="numeric">
                                        "Clients"
                                    </th>
                                }
                            })}
                        <th scope="col">"Production access"</th>
                        <th scope="col">"State"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn table_row(
    connection: &str,
    query: &OrganisationQuery,
    row: OrganisationRow,
    has_counts: bool,
) -> impl IntoView + use<> {
    let is_flat = query.is_narrowed();
    let toggle = (!is_flat).then(|| toggle(connection, query, &row));
    let organisation = row.organisation;
    let products = match organisation.allowed_products() {
        Some(products) => view! { <Chips values=products.to_vec() most=2/> }.into_any(),
        None => view! { <span class="muted">"Not set"</span> }.into_any(),
    };
    let parent = is_flat.then(|| {
        let parent = row.parent.map(|parent| {
            view! { <a href=paths::organisation(connection, &parent.id)>{parent.name}</a> }
        });
        view! { <td class="cell-wide">{parent}</td> }
    });
    let production = if organisation.has_production_access() {
        view! {
            <td class="cell-side">
                <span class="pill pill-production">"Production"</span>
            </td>
        }
        .into_any()
    } else {
        view! { <td class="cell-side muted">"Sandbox only"</td> }.into_any()
    };
    let clients = has_counts.then(|| {
        view! { <td class="cell-wide numeric">{row.clients.map(|clients| grouped(clients.into()))}</td> }
    });
    let name = view! {
        <a href=paths::organisation(connection, &organisation.id)>{organisation.name().to_owned()}</a>
    };
    let class = format!("cell-main depth-{}", row.depth.min(6));
    let name = match toggle {
        Some(toggle) => view! { <div class="tree-name">{toggle} {name}</div> }.into_any(),
        None => name.into_any(),
    };
    view! {
        <tr>
            <th scope="row" class=class>
                {name}
            </th>
            {parent}
            <td class="cell-wide">{products}</td>
            {clients}
            {production}
            <StateCell is_disabled=organisation.is_disabled()/>
        </tr>
    }
}

/// The link that folds or unfolds what hangs below an organisation.
fn toggle(connection: &str, query: &OrganisationQuery, row: &OrganisationRow) -> impl IntoView + use<> {
    if !row.has_children {
        return view! { <span class="tree-leaf"></span> }.into_any();
    }
    let id = &row.organisation.id;
    let mut folded: Vec<&str> = query.folded.split(',').filter(|known| !known.is_empty() && known != id).collect();
    if !row.is_folded {
        folded.push(id);
    }
    let path = address(connection, &OrganisationQuery { folded: folded.join(","), ..query.clone() });
    let words = format!("{} {}", if row.is_folded { "Unfold" } else { "Fold" }, row.organisation.name());
    view! {
        <a class="tree-toggle" href=path aria-expanded=if row.is_folded { "false" } else { "true" }>
            <span class="visually-hidden">{words}</span>
        </a>
    }
    .into_any()
}
