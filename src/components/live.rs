//! Parts of a page that are brought up to date while it is open. They hold no island, no control
//! and no link, so that neither focus nor state can be lost when they are replaced.

use leptos::prelude::*;

/// Inline text that the `LiveRegion` island replaces when the server's page has others.
#[component]
pub fn Live(
    /// The id, unique on the page and the same on the next one.
    #[prop(into)]
    id: String,
    /// Whether a change is told to screen readers.
    #[prop(optional)]
    is_announced: bool,
    /// The content, without controls or links.
    children: Children,
) -> impl IntoView {
    view! {
        <span class="live" id=id data-live="" aria-live=is_announced.then_some("polite")>
            {children()}
        </span>
    }
}

/// A block that the `LiveRegion` island replaces when the server's page has another.
#[component]
pub fn LiveBlock(
    /// The id, unique on the page and the same on the next one.
    #[prop(into)]
    id: String,
    /// The content, without controls or links.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="live" id=id data-live="">
            {children()}
        </div>
    }
}
