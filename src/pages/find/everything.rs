//! `/find`: the page of everything, which works without JavaScript.

use leptos::prelude::*;

use super::super::Address;
use super::super::lists::{Menus, branch_search, chips, menu, sought_branch};
use super::groups::{destinations, found_group, objects};
use crate::components::{Card, Crumb, Empty, HistoryTable, Html, IconName, Layout, Location, PageHead};
use crate::domain::facet::Facet;
use crate::domain::find::{Choosing, FindPage, FindRequest};
use crate::domain::object_query::ObjectQuery;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::find::find_everything;

/// Everything that the query of the address finds.
///
/// # Errors
/// When the person may see no objects at all, or the audit log cannot be read.
pub async fn everything(address: Address) -> Result<Html, AppError> {
    let request = FindRequest { query: address.object_query(), ..FindRequest::default() };
    let page = find_everything(request).await?;
    let choosing = branch_search(None, &address).await;
    Ok(Html::of(view(page, &choosing)))
}

fn view(page: FindPage, choosing: &Choosing) -> impl IntoView + use<> {
    let (title, subline) = heading(&page.query);
    let form = form(&page, choosing);
    let is_empty = page.is_empty();
    let query = page.query.clone();
    let body = if is_empty { nothing(&query).into_any() } else { results(page).into_any() };
    view! {
        <Layout title=title location=Location::Elsewhere crumbs=vec![Crumb::here("Find")] connection=None>
            <PageHead title=title subline=view! { <span>{subline}</span> }.into_any()/>
            {form}
            {body}
        </Layout>
    }
}

fn heading(query: &ObjectQuery) -> (&'static str, &'static str) {
    let (by_connection, by_value): (Vec<_>, Vec<_>) =
        query.filters.iter().partition(|filter| filter.facet == Facet::Connection);
    match (by_value.is_empty(), by_connection.is_empty()) {
        (true, true) => {
            ("Find", "Organisations, clients, audit entries, connections, pages and actions, over all connections.")
        }
        (true, false) => ("Find", "Organisations and clients of the chosen connections."),
        (false, true) => ("Who else uses this?", "All clients and organisations that match, over all connections."),
        (false, false) => {
            ("Who else uses this?", "All clients and organisations of the chosen connections that match.")
        }
    }
}

/// The search, what narrows it as links that take it away, and a menu for each property.
fn form(page: &FindPage, choosing: &Choosing) -> impl IntoView + use<> {
    let query = &page.query;
    let menus = Menus {
        query,
        counts: page.filters.iter().collect(),
        is_sum: true,
        names: &[],
        choosing,
        options: paths::choices(&sought_branch(None, String::new())),
    };
    // One connection alone need not be chosen, but what an address chooses is not lost.
    let is_offered =
        |facet: &Facet| *facet != Facet::Connection || menus.counts_of(*facet).is_some() || query.has_filter_of(*facet);
    let entries: Vec<_> = Facet::ALL.into_iter().filter(is_offered).map(|facet| menu(facet, &menus)).collect();
    let chips = chips(&menus, &paths::find, paths::FIND.to_owned());
    view! {
        <form class="list-filters" method="get" action=paths::FIND role="search" aria-label="Find anything">
            <div class="list-search find-field">
                <label class="visually-hidden" for="q">
                    "Find"
                </label>
                <input
                    class="input"
                    type="search"
                    id="q"
                    name="q"
                    placeholder="Name, ID, return URL, scope, page or action"
                    value=query.search.clone()
                />
                <button class="button button-primary" type="submit">
                    "Find"
                </button>
            </div>
            <ul class="filter-chips">{chips} {entries}</ul>
        </form>
    }
}

fn results(page: FindPage) -> impl IntoView {
    let groups = page.groups.into_iter().enumerate().map(|(number, group)| found_group(number, group)).collect_view();
    let entries = (!page.entries.is_empty()).then(|| {
        view! {
            <section class="find-entries" aria-labelledby="find-entries">
                <h2 id="find-entries">"Audit log"</h2>
                <HistoryTable entries=page.entries/>
            </section>
        }
    });
    let recent = (!page.recent.is_empty()).then(|| {
        view! { <Card id="find-recent" title="Opened last">{objects(page.recent)}</Card> }
    });
    view! {
        <div class="find-results">
            {recent} {groups} {entries} {destinations("find-actions", "Actions", page.actions)}
            {destinations("find-connections", "Connections", page.connections)}
            {destinations("find-pages", "Pages", page.pages)}
        </div>
    }
}

fn nothing(query: &ObjectQuery) -> impl IntoView + use<> {
    let has_no_host = query.values(Facet::Host, false).is_empty();
    let description = if query.filters.is_empty() {
        "Names and return URLs are found by the beginnings of their words. Enter the full ID, scope or product."
    } else if has_no_host {
        "Nothing that you may see has these values. Try fewer filters."
    } else {
        "No client that you may see has a return URL on this host. Try fewer filters."
    };
    view! {
        <Empty icon=IconName::Search title="Nothing found" description>
            <a class="button" href=paths::FIND>
                "Start again"
            </a>
        </Empty>
    }
}
