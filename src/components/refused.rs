//! What a role may not do: shown, disabled, with the reason.

use leptos::prelude::*;

/// A button that the person may not press.
#[component]
pub fn RefusedButton(
    /// The classes of the button in its place.
    class: &'static str,
    /// What it says.
    words: &'static str,
    /// Why not.
    reason: &'static str,
    /// The id of what it is about, where there are several such buttons on the page.
    #[prop(optional_no_strip)]
    described_by: Option<String>,
) -> impl IntoView {
    view! {
        <button class=class type="button" disabled title=reason aria-describedby=described_by>
            {words}
            <span class="visually-hidden">{format!(": {reason}")}</span>
        </button>
    }
}

/// A link that the person may not follow.
#[component]
pub fn RefusedLink(
    /// The classes of the link in its place, and that of what is disabled.
    class: &'static str,
    /// Why not.
    reason: &'static str,
    /// What it says.
    children: Children,
) -> impl IntoView {
    view! {
        <span class=class title=reason>
            {children()}
            <span class="visually-hidden">{format!(": {reason}")}</span>
        </span>
    }
}
