//! The search and the filters of a list, in one form whose values are the address of the list.

use std::sync::OnceLock;

use leptos::prelude::*;

use super::branch_search::sought_branch;
use super::chips::chips;
use super::menu::{Menus, menu};
use crate::components::{FragmentList, rendered_for};
use crate::domain::facet::Facet;
use crate::domain::find::Choosing;
use crate::domain::listing::Listing;
use crate::domain::object::ObjectKind;
use crate::paths;

/// The menus of filters that are not counted, in the order of [`Facet::ALL`]. Where nothing is chosen, they are the same on
/// every page of a list.
static UNCHOSEN: [OnceLock<String>; Facet::ALL.len()] = [const { OnceLock::new() }; Facet::ALL.len()];

/// The form, and the chips of what is chosen in it.
pub(super) fn filters(
    connection: &str,
    kind: ObjectKind,
    listing: &Listing<()>,
    choosing: &Choosing,
) -> impl IntoView + use<> {
    let query = &listing.query;
    // These pages are of one connection.
    let is_offered = |facet: Facet| facet != Facet::Connection && facet.applies_to(kind);
    let menus = Menus {
        query,
        counts: listing.counts.iter().map(|counts| &**counts).collect(),
        is_sum: false,
        names: &listing.names,
        choosing,
        options: paths::choices(&sought_branch(Some(connection), String::new())),
    };
    let mut entries = FragmentList::with_room_for(Facet::ALL.len());
    entries.push(chips(&menus, &|query| paths::listing(connection, kind, query), paths::list(connection, kind)));
    for (facet, unchosen) in Facet::ALL.into_iter().zip(&UNCHOSEN).filter(|(facet, _)| is_offered(*facet)) {
        let is_chosen = query.has_filter_of(facet);
        match listing.counts.iter().find(|counts| counts.facet == facet) {
            _ if facet == Facet::Within && !choosing.search.is_empty() => entries.push(menu(facet, &menus)),
            // The counts are of this query, so what is chosen in the menu is the same too.
            Some(counts) => entries.push_kept(counts, None, "", |_| menu(facet, &menus)),
            // The menu of branches names the connection.
            None if is_chosen || facet == Facet::Within => entries.push(menu(facet, &menus)),
            None => entries.push_once(unchosen, || menu(facet, &menus)),
        }
    }
    // What the form has no control for is sent on as it is.
    let kept = query.filters.iter().filter(|filter| !is_offered(filter.facet)).flat_map(|filter| {
        let name = filter.name();
        filter.values.iter().map(move |value| (name.clone(), value.clone()))
    });
    let kept = kept.chain(query.sort.map(|sort| ("sort".to_owned(), sort.to_string())));
    let kept: Vec<_> = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect();
    let made_for = ["search", kind.collection(), &query.search].join("\n");
    let search = rendered_for(&made_for, || search(kind, &query.search));
    view! {
        <form
            class="list-filters"
            method="get"
            action=paths::list(connection, kind)
            aria-label=format!("Filter {}", kind.collection())
        >
            {search}
            <ul class="filter-chips">{entries.into_element()}</ul>
            {kept}
        </form>
    }
}

/// The line to search the list by.
fn search(kind: ObjectKind, text: &str) -> impl IntoView + use<> {
    let placeholder = match kind {
        ObjectKind::Organisation => "Name, ID, scope, product…",
        ObjectKind::OAuthClient => "Name, ID, return URL, scope…",
    };
    view! {
        <div class="list-search">
            <label class="visually-hidden" for="q">
                "Search"
            </label>
            <input class="input" type="search" id="q" name="q" placeholder=placeholder value=text.to_owned()/>
            <button class="button" type="submit">
                "Search"
            </button>
        </div>
    }
}
