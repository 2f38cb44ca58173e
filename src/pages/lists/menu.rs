//! One filter of a list as a menu: its values with their counts, to be or not to be had.

use leptos::prelude::*;

use crate::components::{found_sentence, grouped, shell};
use crate::domain::connection::ConnectionSummary;
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::facet::{CHANGED, Facet};
use crate::domain::find::{Choosing, FoundObject};
use crate::domain::listing::FacetCounts;
use crate::domain::object_query::ObjectQuery;
use crate::islands::ChooseObject;

/// What the menus of a page's filters are made of.
pub(in crate::pages) struct Menus<'a> {
    /// What was asked for.
    pub(in crate::pages) query: &'a ObjectQuery,
    /// How many objects have each value.
    pub(in crate::pages) counts: Vec<&'a FacetCounts>,
    /// Whether the counts are those of several lists together. How many values are not listed is not known then.
    pub(in crate::pages) is_sum: bool,
    /// What the values of the query are called that are IDs.
    pub(in crate::pages) names: &'a [(String, String)],
    /// The organisations that were looked for, to choose a branch.
    pub(in crate::pages) choosing: &'a Choosing,
    /// The path of the options for such a search.
    pub(in crate::pages) options: String,
}

/// A value that a menu offers.
struct Offered {
    value: String,
    name: String,
    /// How many objects have it, where that is counted.
    count: Option<u64>,
    /// Whether it is chosen, and whether it is chosen not to be had.
    chosen: [bool; 2],
}

impl Menus<'_> {
    /// The counts of a property.
    pub(in crate::pages) fn counts_of(&self, facet: Facet) -> Option<&FacetCounts> {
        self.counts.iter().copied().find(|counts| counts.facet == facet)
    }

    /// What a value is called on pages: an organisation by its name, anything else by itself.
    pub(super) fn name_of<'v>(&'v self, facet: Facet, value: &'v str) -> &'v str {
        match facet {
            Facet::Within | Facet::Connection => {
                let counted = self.counts.iter().flat_map(|counts| &counts.names);
                let mut named = self.names.iter().chain(counted);
                named.find(|(id, _)| id == value).map_or(value, |(_, name)| name)
            }
            _ => facet.word(value),
        }
    }

    /// The values of a menu: those that are counted, or those that are always there, the chosen ones, and those that were
    /// looked for.
    fn offered(&self, facet: Facet) -> Vec<Offered> {
        let counts = self.counts_of(facet);
        let counted =
            counts.into_iter().flat_map(|counts| &counts.values).map(|(value, count)| (&**value, Some(*count)));
        let is_uncounted_age = facet == Facet::Changed && counts.is_none();
        let ages = CHANGED.into_iter().filter(|_| is_uncounted_age).map(|(value, _)| (value, None));
        let mut values: Vec<(&str, Option<u64>)> = counted.chain(ages).collect();
        let chosen = [false, true].map(|is_not| self.query.values(facet, is_not));
        let found = self.choosing.matches.iter().filter(|_| facet == Facet::Within);
        let found: Vec<(&str, String)> =
            found.map(|found| (found.object.id.as_str(), self.name_of_found(found))).collect();
        for value in chosen.into_iter().flatten().map(String::as_str).chain(found.iter().map(|(id, _)| *id)) {
            if values.iter().all(|(known, _)| *known != value) {
                values.push((value, None));
            }
        }
        let offer = |(value, count): (&str, Option<u64>)| {
            let known = found.iter().find(|(id, _)| *id == value);
            let name = known.map_or_else(|| self.name_of(facet, value), |(_, name)| name);
            Offered {
                value: value.to_owned(),
                name: cut(name, LONGEST_NAME).into_owned(),
                count,
                chosen: chosen.map(|values| values.iter().any(|known| known == value)),
            }
        };
        values.into_iter().map(offer).collect()
    }

    /// The name of an organisation that was looked for; of several connections with that of its own.
    fn name_of_found(&self, found: &FoundObject) -> String {
        let shell = shell().filter(|shell| self.is_sum && shell.connections.len() > 1);
        let connection = shell.and_then(|shell| shell.connection(&found.connection).map(ConnectionSummary::title));
        match connection {
            Some(title) => format!("{} · {title}", found.object.name),
            None => found.object.name.clone(),
        }
    }

    /// The line that says how many values are not listed.
    fn more(&self, facet: Facet) -> Option<String> {
        let more = self.counts_of(facet).map_or(0, |counts| counts.more);
        match more {
            0 => None,
            _ if self.is_sum => Some("More values are not listed.".to_owned()),
            1 => Some("1 more value is not listed.".to_owned()),
            more => Some(format!("{} more values are not listed.", grouped(more))),
        }
    }
}

/// The menu of a filter, as an entry of a list. A native disclosure: it opens without JavaScript.
pub(in crate::pages) fn menu(facet: Facet, menus: &Menus<'_>) -> impl IntoView + use<> {
    let rows: Vec<_> = menus.offered(facet).into_iter().map(|offered| row(facet, offered)).collect();
    let more = menus.more(facet).map(|more| view! { <p class="hint">{more}</p> });
    let is_open = facet == Facet::Within && !menus.choosing.search.is_empty();
    let branch = (facet == Facet::Within).then(|| another_branch(menus));
    view! {
        <li>
            <details class="filter-menu" name="filter" open=is_open>
                <summary>{facet.label()}</summary>
                <fieldset class="filter-panel">
                    <legend class="visually-hidden">{facet.label()}</legend>
                    {branch}
                    <ul class="filter-values" data-choices=facet.code()>
                        {rows}
                    </ul>
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
                " "
                <span class="visually-hidden object-name">{name}</span>
            </label>
        }
    };
    let (is, is_not) = (tick("is", code.to_owned(), is), tick("is not", facet.excluding_code(), is_not));
    view! {
        <li>
            <span class="filter-value object-name">{name}</span>
            {count}
            {is}
            {is_not}
        </li>
    }
}

/// The line by which another organisation is found, and what came of it. The line is empty again then: it would be sent with
/// the filters. What is chosen with JavaScript becomes a row like that of the template.
fn another_branch(menus: &Menus<'_>) -> impl IntoView + use<> {
    let Choosing { search, matches, .. } = menus.choosing;
    let said = found_sentence(search, matches.len()).map(|said| view! { <p class="hint">{said}</p> });
    let model = Offered { value: String::new(), name: String::new(), count: None, chosen: [false; 2] };
    view! {
        {said}
        <template>{row(Facet::Within, model)}</template>
        <ChooseObject name=Facet::Within.code() search=String::new() options=menus.options.clone()/>
    }
}

/// A line for a value that the menu does not offer, where there can be others.
fn another(facet: Facet) -> Option<impl IntoView> {
    let (label, kind) = match facet {
        Facet::Production | Facet::State | Facet::Within | Facet::Connection | Facet::Readiness => return None,
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
