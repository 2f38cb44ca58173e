//! The button of a row that copies the ID of its object.

use leptos::prelude::*;

/// *Copy ID*. It is shown once the `CopyIds` island of the page is awake, which finds the ID in the link of the row. What
/// it shows stands in the style sheet.
pub(in crate::pages) fn copy_id(name: &str) -> impl IntoView + use<> {
    view! { <button class="row-copy" type="button" aria-label=format!("Copy ID of {name}")></button> }
}
