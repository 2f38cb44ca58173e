//! The line for values that are not offered. With JavaScript, Enter or a comma turns what was
//! typed into a ticked box at once; without it, the server takes the line apart.

use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::prelude::*;

/// A line of text beside the boxes of a multi-value field.
#[island]
pub fn OtherValues(
    /// The Partner API's name of the field.
    name: String,
    /// The label of the line.
    label: String,
    /// What is in it.
    typed: String,
) -> impl IntoView {
    let line = NodeRef::<Input>::new();
    let added = RwSignal::new(Vec::<String>::new());
    let box_name = format!("{name}[]");
    let take = move |event: KeyboardEvent| {
        let is_end = event.key() == "Enter" || event.key() == ",";
        let Some(line) = line.get().filter(|_| is_end && !event.is_composing()) else {
            return;
        };
        let typed = line.value();
        let values: Vec<&str> = typed
            .split(|letter: char| letter == ',' || letter.is_whitespace())
            .filter(|value| !value.is_empty())
            .collect();
        if values.is_empty() {
            return;
        }
        event.prevent_default();
        added.update(|added| {
            for value in values {
                if !added.iter().any(|known| known == value) {
                    added.push(value.to_owned());
                }
            }
        });
        line.set_value("");
    };
    let boxes = move || {
        let boxes = added.get().into_iter().map(|value| {
            view! {
                <label class="choice">
                    <input type="checkbox" name=box_name.clone() value=value.clone() checked=true/>
                    <span>{value}</span>
                </label>
            }
        });
        boxes.collect_view()
    };
    let id = format!("{name}_other");
    view! {
        <div class="choices">{boxes}</div>
        <div class="other-values">
            <label for=id.clone()>{label}</label>
            <input
                class="input input-mono"
                type="text"
                id=id.clone()
                name=id.clone()
                value=typed
                autocomplete="off"
                spellcheck="false"
                aria-describedby=format!("{id}-hint")
                node_ref=line
                on:keydown=take
            />
            <p class="hint" id=format!("{id}-hint")>
                "Separate several with a space or a comma."
            </p>
        </div>
    }
}
