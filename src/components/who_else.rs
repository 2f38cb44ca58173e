//! A quiet link from a value to everything that has it.

use leptos::prelude::*;

use crate::domain::facet::Facet;
use crate::paths;

/// The longest value that can be asked for by a link, in bytes.
const LONGEST_LINK: usize = 2_000;

/// A link to all clients and organisations that have a value. One that is too long for a link is shown as text.
#[component]
pub fn WhoElse(
    /// The property.
    facet: Facet,
    /// The whole value.
    value: String,
    /// The words of the link: the value as it is shown, or a question.
    shown: String,
    /// Whether it looks like a chip.
    #[prop(optional)]
    is_chip: bool,
) -> impl IntoView {
    let class = if is_chip { "chip who-else-chip" } else { "who-else" };
    if value.is_empty() || value.len() > LONGEST_LINK {
        return is_chip.then(|| view! { <span class="chip">{shown}</span> }).into_any();
    }
    // To those who hear the links out of their place, each says what it asks.
    let question = if shown.ends_with('?') { format!(" ({value})") } else { ", who else uses this?".to_owned() };
    view! {
        <a class=class href=paths::who_else(facet, &value) title="Who else uses this?">
            {shown}
            <span class="visually-hidden">{question}</span>
        </a>
    }
    .into_any()
}
