//! Cards, facts in them, and empty states.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// A card with a heading. What is in it brings its own padding.
#[component]
pub fn Card(
    /// The id of the heading; unique on the page.
    #[prop(into)]
    id: String,
    /// The heading, which also labels the section.
    #[prop(into)]
    title: String,
    /// A short remark beside the heading.
    #[prop(optional, into)]
    note: Option<AnyView>,
    /// The body, which brings its own padding.
    children: Children,
) -> impl IntoView {
    let heading_id = id.clone();
    view! {
        <section class="card" aria-labelledby=heading_id>
            <div class="card-head">
                <h2 id=id>{title}</h2>
                {note.map(|note| view! { <span class="card-note">{note}</span> })}
            </div>
            {children()}
        </section>
    }
}

/// One line of a list of facts.
#[component]
pub fn Fact(
    /// What the fact is about, such as “Client ID”.
    #[prop(into)]
    name: String,
    /// What is known of it: text, a link or chips.
    children: Children,
) -> impl IntoView {
    view! {
        <dt>{name}</dt>
        <dd>{children()}</dd>
    }
}

/// The empty state of a list: what it is for, and the next step.
#[component]
pub fn Empty(
    /// The icon of what is missing.
    icon: IconName,
    /// The heading, such as "No clients yet".
    #[prop(into)]
    title: String,
    /// What would be listed here, or how to find more.
    #[prop(into)]
    description: String,
    /// Buttons for the next step.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon/>
            <h2>{title}</h2>
            <p>{description}</p>
            <div class="button-row">{children()}</div>
        </div>
    }
}
