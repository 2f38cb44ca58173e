//! Single controls: a text input and a checkbox.

use leptos::prelude::*;

use super::field_errors::{FieldErrors, FieldMessages};
use crate::domain::posted::shown_name;

/// What a control is described by: its hint, and its error when it has one.
pub fn described_by(name: &str, has_error: bool) -> String {
    if has_error { format!("{name}-hint {name}-error") } else { format!("{name}-hint") }
}

/// A single-line text input with label, hint and error.
#[component]
pub fn TextField(
    /// The Partner API's name of the field.
    name: &'static str,
    /// The visible label.
    label: &'static str,
    /// Help text between label and input.
    #[prop(into)]
    hint: String,
    /// The current value.
    value: String,
    /// The errors of the form.
    errors: FieldErrors,
) -> impl IntoView {
    let messages = errors.of(name);
    let has_error = !messages.is_empty();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <p class="hint" id=format!("{name}-hint")>
                {hint}
            </p>
            <input
                class="input"
                type="text"
                id=name
                name=name
                value=value
                autocomplete="off"
                aria-describedby=described_by(name, has_error)
                aria-invalid=has_error.then_some("true")
            />
            <FieldMessages id=name messages/>
        </div>
    }
}

/// A checkbox with label, hint and error.
#[component]
pub fn CheckBox(
    /// The Partner API's name of the field.
    name: &'static str,
    /// The visible label.
    label: &'static str,
    /// What it means when it is ticked.
    #[prop(into)]
    hint: String,
    /// Whether it is checked.
    is_on: bool,
    /// The errors of the form.
    errors: FieldErrors,
) -> impl IntoView {
    let messages = errors.of(name);
    let has_error = !messages.is_empty();
    view! {
        <div class="check">
            // Sent in any case: without it a box that is not ticked could not be told from one that is not here.
            <input type="hidden" name=shown_name(name) value="true"/>
            <input
                type="checkbox"
                id=name
                name=name
                value="true"
                checked=is_on
                aria-describedby=described_by(name, has_error)
                aria-invalid=has_error.then_some("true")
            />
            <label for=name>{label}</label>
            <p class="hint" id=format!("{name}-hint")>
                {hint}
            </p>
            <FieldMessages id=name messages/>
        </div>
    }
}
