//! What narrows a list, each as a link that takes it away.

use leptos::prelude::*;

use crate::domain::excerpt::cut;
use crate::domain::facet::{Facet, Filter};
use crate::domain::listing::Listing;
use crate::domain::object::ObjectKind;
use crate::paths;

/// The most values that a chip names; it counts the others.
const MOST_NAMED: usize = 3;
/// The longest name of a value in a chip, in characters.
const LONGEST_VALUE: usize = 60;

/// The chips, as entries of a list.
pub(super) fn chips(connection: &str, kind: ObjectKind, listing: &Listing<()>) -> impl IntoView + use<> {
    let query = &listing.query;
    let chips = query.filters.iter().map(|filter| {
        let without = query.clone().without_filter(filter.facet, filter.is_not);
        let path = paths::listing(connection, kind, &without);
        view! {
            <li>
                <a class="filter-chip" href=path>
                    {text(listing, filter)}
                    <span class="visually-hidden">", remove this filter"</span>
                </a>
            </li>
        }
    });
    let clear = query.is_narrowed().then(|| {
        let path = paths::list(connection, kind);
        view! {
            <li>
                <a class="filter-clear" href=path>
                    "Clear all"
                </a>
            </li>
        }
    });
    (chips.collect_view(), clear)
}

/// "Product: `sign_up`, `sign_in` and 2 more", "Not: disabled", "Not scope: email".
fn text(listing: &Listing<()>, filter: &Filter) -> String {
    let named = filter.values.iter().take(MOST_NAMED);
    let named: Vec<_> = named.map(|value| cut(listing.name_of(filter.facet, value), LONGEST_VALUE)).collect();
    let rest = filter.values.len() - named.len();
    let more = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    let label = match (filter.facet, filter.is_not) {
        (facet, false) => facet.label().to_owned(),
        (Facet::Production | Facet::State, true) => "Not".to_owned(),
        (facet, true) => format!("Not {}", facet.label_inside()),
    };
    format!("{label}: {}{more}", named.join(", "))
}
