//! The part of the HTML head that every document has, with or without the application around it.

use leptos::prelude::*;

/// Character set, viewport, colour schemes, icon and style sheet. `assets` is the path below which the files of this
/// version are, such as `/pkg/1a2b3c4d`. A title, and the scripts of the islands, stand beside it.
#[component]
pub fn Head(
    /// Where the files of this version are.
    assets: String,
) -> impl IntoView {
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
        <link rel="stylesheet" href=format!("{assets}/pkg/partner-dashboard.css")/>
    }
}
