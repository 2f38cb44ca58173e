//! The line in which a person says why, and the button that sends it.

use leptos::prelude::*;

use crate::domain::readiness::LONGEST_REASON;

/// A required reason with its label and the button below it. `id` is unique on the page.
pub(super) fn reason(id: String, label: &'static str, button: &'static str) -> impl IntoView {
    view! {
        <label for=id.clone()>{label}</label>
        <input
            class="input"
            type="text"
            id=id
            name="reason"
            required
            maxlength=LONGEST_REASON.to_string()
            autocomplete="off"
        />
        <button class="button button-small" type="submit">
            {button}
        </button>
    }
}
