//! The search and the filters of a list, in one form whose values are the address of the list.

use leptos::prelude::*;

use super::chips::chips;
use super::menu::menu;
use crate::domain::facet::Facet;
use crate::domain::listing::Listing;
use crate::domain::object::ObjectKind;
use crate::paths;

/// The form, and the chips of what is chosen in it.
pub(super) fn filters(connection: &str, kind: ObjectKind, listing: &Listing<()>) -> impl IntoView + use<> {
    let query = &listing.query;
    let is_offered = |facet: Facet| match facet {
        // These pages are of one connection, and a part of the tree is chosen on the page of its organisation.
        Facet::Connection => false,
        Facet::Within => query.filters.iter().any(|filter| filter.facet == facet),
        facet => facet.applies_to(kind),
    };
    let menus: Vec<_> =
        Facet::ALL.into_iter().filter(|facet| is_offered(*facet)).map(|facet| menu(facet, listing)).collect();
    // What the form has no control for is sent on as it is.
    let kept = query.filters.iter().filter(|filter| !is_offered(filter.facet)).flat_map(|filter| {
        let name = filter.name();
        filter.values.iter().map(move |value| (name.clone(), value.clone()))
    });
    let kept = kept.chain(query.sort.map(|sort| ("sort".to_owned(), sort.to_string())));
    let kept: Vec<_> = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect();
    let placeholder = match kind {
        ObjectKind::Organisation => "Name, ID, scope, product…",
        ObjectKind::OAuthClient => "Name, ID, return URL, scope…",
    };
    view! {
        <form
            class="list-filters"
            method="get"
            action=paths::list(connection, kind)
            aria-label=format!("Filter {}", kind.collection())
        >
            <div class="list-search">
                <label class="visually-hidden" for="q">
                    "Search"
                </label>
                <input class="input" type="search" id="q" name="q" placeholder=placeholder value=query.search.clone()/>
                <button class="button" type="submit">
                    "Search"
                </button>
            </div>
            <ul class="filter-chips">
                {chips(connection, kind, listing)}
                {menus}
            </ul>
            {kept}
        </form>
    }
}
