//! Controls that the visitor cannot use: shown, disabled, with the reason.

use leptos::prelude::*;

/// A button that the person may not press.
#[component]
pub fn RefusedButton(
    /// The classes of the button in its place.
    class: &'static str,
    /// The label that the enabled button would have.
    label: &'static str,
    /// Why it is disabled, as a title and for screen readers.
    reason: &'static str,
    /// The id of what it is about, where there are several such buttons on the page.
    #[prop(optional_no_strip)]
    described_by: Option<String>,
) -> impl IntoView {
    view! {
        <button class=class type="button" disabled title=reason aria-describedby=described_by>
            {label}
            <span class="visually-hidden">{format!(": {reason}")}</span>
        </button>
    }
}

/// A link that the person may not follow.
#[component]
pub fn RefusedLink(
    /// The classes of the link in its place, and that of what is disabled.
    class: &'static str,
    /// Why it is disabled, as a title and for screen readers.
    reason: &'static str,
    /// The text that the link would have.
    children: Children,
) -> impl IntoView {
    view! {
        <span class=class title=reason>
            {children()}
            <span class="visually-hidden">{format!(": {reason}")}</span>
        </span>
    }
}
