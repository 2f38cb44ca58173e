//! One filter of a list as a menu: its values with their counts, to be or not to be had.

use leptos::prelude::*;

use crate::components::grouped;
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::facet::{CHANGED, Facet};
use crate::domain::listing::Listing;

/// A value that the menu offers.
struct Offered {
    value: String,
    name: String,
    /// How many objects have it, where that is counted.
    count: Option<u64>,
    /// Whether it is chosen, and whether it is chosen not to be had.
    chosen: [bool; 2],
}

/// The menu of a filter, as an entry of a list. A native disclosure: it opens without JavaScript.
pub(super) fn menu(facet: Facet, listing: &Listing<()>) -> impl IntoView + use<> {
    let rows: Vec<_> = offered(facet, listing).into_iter().map(|offered| row(facet, offered)).collect();
    let more = listing.counts.iter().find(|counts| counts.facet == facet).map_or(0, |counts| counts.more);
    let more = (more > 0).then(|| {
        let values =
            if more == 1 { "1 more value is".to_owned() } else { format!("{} more values are", grouped(more)) };
        view! { <p class="hint">{values} " not listed."</p> }
    });
    view! {
        <li>
            <details class="filter-menu" name="filter">
                <summary>{facet.label()}</summary>
                <fieldset class="filter-panel">
                    <legend class="visually-hidden">{facet.label()}</legend>
                    <ul class="filter-values">{rows}</ul>
                    {more}
                    {another(facet)}
                    <button class="button button-small" type="submit">
                        "Apply"
                    </button>
                </fieldset>
            </details>
        </li>
    }
}

/// The values of the menu: those that are counted, or those that are always there, and the chosen ones.
fn offered(facet: Facet, listing: &Listing<()>) -> Vec<Offered> {
    let counts = listing.counts.iter().find(|counts| counts.facet == facet);
    let counted = counts.into_iter().flat_map(|counts| &counts.values).map(|(value, count)| (&**value, Some(*count)));
    let ages = CHANGED.into_iter().filter(|_| facet == Facet::Changed).map(|(value, _)| (value, None));
    let mut values: Vec<(&str, Option<u64>)> = counted.chain(ages).collect();
    let chosen = [false, true].map(|is_not| listing.query.values(facet, is_not));
    for value in chosen.into_iter().flatten() {
        if values.iter().all(|(known, _)| known != value) {
            values.push((value, None));
        }
    }
    let offer = |(value, count): (&str, Option<u64>)| Offered {
        value: value.to_owned(),
        name: cut(listing.name_of(facet, value), LONGEST_NAME).into_owned(),
        count,
        chosen: chosen.map(|values| values.iter().any(|known| known == value)),
    };
    values.into_iter().map(offer).collect()
}

fn row(facet: Facet, offered: Offered) -> impl IntoView {
    let Offered { value, name, count, chosen: [is, is_not] } = offered;
    let code = facet.code();
    let count = count.map(|count| view! { <span class="filter-count">{grouped(count)}</span> });
    let tick = |label: &'static str, control: String, checked: bool| {
        let (value, name) = (value.clone(), name.clone());
        view! {
            <label class="filter-tick">
                <input type="checkbox" name=control value=value checked=checked/>
                {label}
                <span class="visually-hidden">{format!(" {name}")}</span>
            </label>
        }
    };
    let (is, is_not) = (tick("is", code.to_owned(), is), tick("is not", facet.excluding_code(), is_not));
    view! {
        <li>
            <span class="filter-value">{name}</span>
            {count}
            {is}
            {is_not}
        </li>
    }
}

/// A line for a value that the menu does not offer, where there can be others.
fn another(facet: Facet) -> Option<impl IntoView> {
    let (label, kind) = match facet {
        Facet::Production | Facet::State | Facet::Within | Facet::Connection => return None,
        Facet::Changed => ("Since (UTC)", "date"),
        Facet::Host => ("Host, such as login.example.com", "text"),
        Facet::ReturnUrl => ("The whole URL", "text"),
        Facet::Product | Facet::Scope | Facet::ProviderGroup | Facet::Algorithm => ("Another value", "text"),
    };
    let id = [facet.code(), "-other"].concat();
    Some(view! {
        <div class="filter-other">
            <label for=id.clone()>{label}</label>
            <input class="input" type=kind id=id name=facet.code() autocomplete="off"/>
        </div>
    })
}
