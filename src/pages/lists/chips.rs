//! What narrows a list, each as a link that takes it away.

use leptos::prelude::*;

use super::menu::Menus;
use crate::domain::excerpt::cut;
use crate::domain::facet::{Facet, Filter};
use crate::domain::object_query::ObjectQuery;

/// The most values that a chip names; it counts the others.
const MOST_NAMED: usize = 3;
/// The longest name of a value in a chip, in characters.
const LONGEST_VALUE: usize = 60;

/// The chips, as entries of a list. `address` is where a query leads, `clear` where nothing is asked for.
pub(in crate::pages) fn chips(
    menus: &Menus<'_>,
    address: &dyn Fn(&ObjectQuery) -> String,
    clear: String,
) -> impl IntoView + use<> {
    let query = menus.query;
    let chips: Vec<_> = query
        .filters
        .iter()
        .map(|filter| {
            let without = query.clone().without_filter(filter.facet, filter.is_not);
            let path = address(&without);
            view! {
                <li>
                    <a class="filter-chip" href=path>
                        {text(menus, filter)}
                        <span class="visually-hidden">", remove this filter"</span>
                    </a>
                </li>
            }
        })
        .collect();
    let clear = query.is_narrowed().then(|| {
        view! {
            <li>
                <a class="filter-clear" href=clear>
                    "Clear all"
                </a>
            </li>
        }
    });
    (chips, clear)
}

/// "Product: `sign_up`, `sign_in` and 2 more", "Not: disabled", "Not scope: email".
fn text(menus: &Menus<'_>, filter: &Filter) -> String {
    let named = filter.values.iter().take(MOST_NAMED);
    let named: Vec<_> = named.map(|value| cut(menus.name_of(filter.facet, value), LONGEST_VALUE)).collect();
    let rest = filter.values.len() - named.len();
    let more = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    let label = match (filter.facet, filter.is_not) {
        (facet, false) => facet.label().to_owned(),
        (Facet::Production | Facet::State, true) => "Not".to_owned(),
        (facet, true) => format!("Not {}", facet.label_inside()),
    };
    format!("{label}: {}{more}", named.join(", "))
}
