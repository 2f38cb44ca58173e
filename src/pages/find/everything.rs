//! `/find`: the page of everything, which works without JavaScript.

use leptos::prelude::*;

use super::super::Address;
use super::groups::{destinations, found_group, objects};
use crate::components::{Card, Crumb, Empty, FilterChips, HistoryTable, Html, IconName, Layout, Location, PageHead};
use crate::domain::facet::Facet;
use crate::domain::find::{FindPage, FindRequest};
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
    Ok(Html::of(view(page)))
}

fn view(page: FindPage) -> impl IntoView {
    let (title, subline) = heading(&page.query);
    let form = form(&page.query);
    let is_empty = page.is_empty();
    let query = page.query.clone();
    let body = if is_empty { nothing(&query).into_any() } else { results(page).into_any() };
    view! {
        <Layout title=title location=Location::Elsewhere crumbs=vec![Crumb::here("Find")] connection=None>
            <PageHead title=title subline=view! { <span>{subline}</span> }.into_any()/>
            {form}
            {chips(&query)}
            {body}
        </Layout>
    }
}

fn heading(query: &ObjectQuery) -> (&'static str, &'static str) {
    if query.filters.is_empty() {
        ("Find", "Organisations, clients, audit entries, connections, pages and actions, over all connections.")
    } else {
        ("Who else uses this?", "All clients and organisations that match, over all connections.")
    }
}

fn form(query: &ObjectQuery) -> impl IntoView + use<> {
    let kept = query.filters.iter().flat_map(|filter| {
        let name = [if filter.is_not { "not_" } else { "" }, filter.facet.code()].concat();
        let hidden = move |value: &String| view! { <input type="hidden" name=name.clone() value=value.clone()/> };
        filter.values.iter().map(hidden).collect::<Vec<_>>()
    });
    let kept = kept.collect_view();
    view! {
        <form class="filters" method="get" action=paths::FIND role="search" aria-label="Find anything">
            <div class="filter find-field">
                <label for="q">"Find"</label>
                <input
                    class="input"
                    type="search"
                    id="q"
                    name="q"
                    placeholder="Name, ID, return URL, scope, page or action"
                    value=query.search.clone()
                />
            </div>
            {kept}
            <button class="button button-primary" type="submit">
                "Find"
            </button>
        </form>
    }
}

/// The filters as links that take them away.
fn chips(query: &ObjectQuery) -> impl IntoView + use<> {
    let mut chips: Vec<(&'static str, String, String)> = Vec::new();
    for filter in &query.filters {
        for value in &filter.values {
            let shown = if filter.is_not { format!("not {value}") } else { value.clone() };
            let without = query.clone().without(filter.facet, filter.is_not, value);
            chips.push((filter.facet.label(), shown, paths::find(&without)));
        }
    }
    view! { <FilterChips chips clear=paths::FIND.to_owned()/> }
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
    let has_host = query.values(Facet::Host, false).is_empty();
    let description = if query.filters.is_empty() {
        "Names and return URLs are found by the beginnings of their words. Enter the full ID, scope or product."
    } else if has_host {
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
