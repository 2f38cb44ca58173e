//! Controls that offer one of several values: a list to choose from, and radio buttons. A value that is not among the
//! choices is offered too, so that a form never changes it unasked.

use leptos::prelude::*;

use super::field_errors::{FieldErrors, FieldMessages};
use super::fields::described_by;

/// A value that a field offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value that the form sends.
    pub value: String,
    /// The text that people read in its place.
    pub label: String,
    /// Whether it stands apart, below the heading for choices that are not allowed.
    pub is_apart: bool,
}

impl Choice {
    /// A choice among the others.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), is_apart: false }
    }
}

/// The value as a choice of its own, when it is set and not among the choices.
fn unlisted(chosen: &str, choices: &[Choice]) -> Option<Choice> {
    let is_listed = chosen.is_empty() || choices.iter().any(|choice| choice.value == chosen);
    (!is_listed).then(|| Choice::new(chosen, chosen))
}

/// A list to choose one value from.
#[component]
pub fn SelectField(
    /// The Partner API's name of the field.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// What belongs into it.
    #[prop(into)]
    hint: String,
    /// The choice of no value.
    none: &'static str,
    /// The values to choose from.
    choices: Vec<Choice>,
    /// The heading for choices that stand apart.
    #[prop(optional)]
    apart: &'static str,
    /// The value that is chosen; empty for none.
    chosen: String,
    /// The errors of the form.
    errors: FieldErrors,
    /// What follows the list, in the same field.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let messages = errors.of(name);
    let has_error = !messages.is_empty();
    let option = |choice: Choice| {
        let selected = choice.value == chosen;
        view! {
            <option value=choice.value selected=selected>
                {choice.label}
            </option>
        }
    };
    let unlisted = unlisted(&chosen, &choices);
    let (apart_choices, choices): (Vec<_>, Vec<_>) = choices.into_iter().partition(|choice| choice.is_apart);
    let listed = std::iter::once(Choice::new("", none)).chain(unlisted).chain(choices).map(option).collect_view();
    let apart = (!apart_choices.is_empty()).then(|| {
        let options = apart_choices.into_iter().map(option).collect_view();
        view! { <optgroup label=apart>{options}</optgroup> }
    });
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <p class="hint" id=format!("{name}-hint")>
                {hint}
            </p>
            <select
                class="input"
                id=name
                name=name
                aria-describedby=described_by(name, has_error)
                aria-invalid=has_error.then_some("true")
            >
                {listed}
                {apart}
            </select>
            <FieldMessages id=name messages/>
            {children.map(|children| children())}
        </div>
    }
}

/// Radio buttons for a few values.
#[component]
pub fn RadioField(
    /// The Partner API's name of the field.
    name: &'static str,
    /// The label of the group.
    label: &'static str,
    /// What belongs into it.
    #[prop(into)]
    hint: String,
    /// The choice of no value.
    none: &'static str,
    /// The values to choose from.
    choices: Vec<Choice>,
    /// The value that is chosen; empty for none.
    chosen: String,
    /// The errors of the form.
    errors: FieldErrors,
) -> impl IntoView {
    let messages = errors.of(name);
    let described_by = described_by(name, !messages.is_empty());
    let unlisted = unlisted(&chosen, &choices);
    let radios = choices.into_iter().chain(unlisted).chain([Choice::new("", none)]).map(|choice| {
        let checked = choice.value == chosen;
        view! {
            <label class="radio">
                <input type="radio" name=name value=choice.value checked=checked/>
                <span>{choice.label}</span>
            </label>
        }
    });
    view! {
        <fieldset class="field" id=name tabindex="-1" aria-describedby=described_by>
            <legend>{label}</legend>
            <p class="hint" id=format!("{name}-hint")>
                {hint}
            </p>
            <div class="radios">{radios.collect_view()}</div>
            <FieldMessages id=name messages/>
        </fieldset>
    }
}
