//! The state of a connection as a pill, and the remaining lifetime of its token.

use leptos::prelude::*;

use super::shell::shell;
use crate::domain::check::{ConnectionCard, ConnectionState, TokenLife};

/// The state as text, shape and colour.
#[component]
pub fn StatePill(
    /// The connection, whose last check may give a short reason.
    card: ConnectionCard,
) -> impl IntoView {
    let class = match card.state {
        Some(ConnectionState::Works) => "pill pill-good",
        Some(ConnectionState::Expiring) => "pill pill-warning",
        Some(ConnectionState::Expired | ConnectionState::Failing) => "pill pill-bad",
        Some(ConnectionState::NotConfigured) | None => "pill pill-off",
    };
    let label = shell().map(|shell| card.state_label(shell.now));
    view! { <span class=class>{label}</span> }
}

/// A label with a value, in a list of measures.
#[component]
pub fn Measure(
    /// The label of the measure.
    name: &'static str,
    /// Whether it is a sentence rather than a figure.
    #[prop(optional)]
    is_prose: bool,
    /// The figure, or the sentence.
    children: Children,
) -> impl IntoView {
    let class = if is_prose { "measure measure-prose" } else { "measure" };
    view! {
        <div class=class>
            <dt>{name}</dt>
            <dd>{children()}</dd>
        </div>
    }
}

/// The remaining life of a token in words and as a bar.
#[component]
pub fn Life(
    /// The token, when the connection holds one.
    token: Option<TokenLife>,
    /// The connection, for screen readers.
    #[prop(into)]
    of: String,
) -> impl IntoView {
    let Some(token) = token else {
        return view! { <span class="muted">"None"</span> }.into_any();
    };
    let percent = token.percent();
    view! {
        <span class="life-text">{token.remaining_text()}</span>
        <meter
            class="life"
            min="0"
            max="100"
            low="10"
            high="20"
            optimum="100"
            value=percent
            aria-label=format!("Time left on the {of} token")
        >
            {format!("{percent} %")}
        </meter>
    }
    .into_any()
}
