//! Cards, facts in them, and what stands in an empty place.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// A card with a heading. What is in it brings its own padding.
#[component]
pub fn Card(
    /// The id of the heading; unique on the page.
    #[prop(into)]
    id: String,
    /// The heading.
    #[prop(into)]
    title: String,
    /// A quiet word beside the heading.
    #[prop(optional, into)]
    note: Option<AnyView>,
    /// The content.
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
    /// What it is about.
    #[prop(into)]
    name: String,
    /// What it is.
    children: Children,
) -> impl IntoView {
    view! {
        <dt>{name}</dt>
        <dd>{children()}</dd>
    }
}

/// An empty place: what it is for, and the first step.
#[component]
pub fn Empty(
    /// The icon of what is missing.
    icon: IconName,
    /// What is missing.
    #[prop(into)]
    title: String,
    /// What this place is for.
    #[prop(into)]
    words: String,
    /// The first step.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon/>
            <h2>{title}</h2>
            <p>{words}</p>
            <div class="button-row">{children()}</div>
        </div>
    }
}
