//! A control for several values: known ones to tick, and a line for any other.

use std::collections::HashSet;

use leptos::prelude::*;

use super::field_errors::{FieldErrors, FieldMessages};
use super::fields::described_by;
use crate::domain::catalogue::Suggestion;
use crate::islands::OtherValues;

/// Why a value is marked that is not among those that are offered.
pub const NOT_KNOWN: &str = "not a known value";

/// The most values that are marked because the catalogue does not have them.
const MOST_MARKED: usize = 50;

/// Several values of one field. Works with plain boxes; the island turns what is typed into more.
#[component]
pub fn MultiValue(
    /// The Partner API's name of the field.
    name: &'static str,
    /// The visible legend of the group.
    label: &'static str,
    /// What the values mean, below the legend.
    #[prop(into)]
    hint: String,
    /// The values that are set.
    values: Vec<String>,
    /// The free text beside the checkboxes.
    typed: String,
    /// Values offered as checkboxes.
    suggestions: Vec<Suggestion>,
    /// Why some of them are marked.
    #[prop(into)]
    flag: String,
    /// The errors of the form.
    errors: FieldErrors,
) -> impl IntoView {
    let known: HashSet<&String> = suggestions.iter().map(|suggestion| &suggestion.value).collect();
    let set: HashSet<&String> = values.iter().collect();
    let others: Vec<_> = values
        .iter()
        .filter(|value| !value.is_empty() && !known.contains(value))
        .map(|value| Suggestion { value: value.clone(), label: None, allowed: true })
        .collect();
    // Of very many, each mark would make the page large, and none would say much.
    let are_marked = !known.is_empty() && others.len() <= MOST_MARKED;
    let choice = |suggestion: Suggestion| {
        let is_on = set.contains(&suggestion.value);
        let is_unknown = are_marked && !known.contains(&suggestion.value);
        let note = match (suggestion.allowed, is_unknown) {
            (false, _) => Some(flag.clone()),
            (true, true) => Some(NOT_KNOWN.to_owned()),
            (true, false) => None,
        };
        let class = if note.is_some() { "choice choice-flagged" } else { "choice" };
        let note = note.map(|note| view! { <span class="choice-note">{note}</span> });
        view! {
            <label class=class>
                <input type="checkbox" name=format!("{name}[]") value=suggestion.value.clone() checked=is_on/>
                <span>{suggestion.value}</span>
                {note}
            </label>
        }
    };
    // What is neither set nor allowed is out of the way, but not out of reach.
    let (choices, beyond): (Vec<_>, Vec<_>) = others
        .into_iter()
        .chain(suggestions.clone())
        .partition(|suggestion| suggestion.allowed || set.contains(&suggestion.value));
    let beyond = (!beyond.is_empty()).then(|| {
        let label = format!("{} more, {flag}", beyond.len());
        view! {
            <details class="more-choices">
                <summary>{label}</summary>
                <div class="choices">{beyond.into_iter().map(choice).collect_view()}</div>
            </details>
        }
    });
    let is_open = !typed.is_empty() || choices.is_empty();
    let choices = choices.into_iter().map(choice).collect_view();
    let messages = errors.of(name);
    let described_by = described_by(name, !messages.is_empty());
    view! {
        <fieldset class="multi-value" id=name tabindex="-1" aria-describedby=described_by>
            <legend>{label}</legend>
            <p class="hint" id=format!("{name}-hint")>
                {hint}
            </p>
            <div class="choices">{choices}</div>
            {beyond}
            <details class="more-choices" open=is_open>
                <summary>
                    "Add custom"
                    <span class="visually-hidden">{format!(" {}", label.to_lowercase())}</span>
                </summary>
                <OtherValues name=name.to_owned() label=format!("Other {}", label.to_lowercase()) typed/>
            </details>
            <FieldMessages id=name messages/>
        </fieldset>
    }
}
