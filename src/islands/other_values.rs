//! The line for values that are not offered. With JavaScript, Enter or a comma turns what was
//! typed into a ticked box at once; without it, the server takes the line apart.

use leptos::prelude::*;

#[cfg(not(feature = "hydrate"))]
use super::asleep as wake;

/// A line of text beside the boxes of a multi-value field.
#[component]
pub fn OtherValues(
    /// The Partner API's name of the field.
    name: String,
    /// The visible label.
    label: String,
    /// The current free text.
    typed: String,
) -> impl IntoView {
    let id = format!("{name}_other");
    // Browsers take line breaks out of a line, and what they separated would become one value.
    let typed = typed.replace(['\r', '\n'], " ");
    view! {
        <OtherValuesIsland>
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
                    data-box-name=format!("{name}[]")
                />
                <p class="hint" id=format!("{id}-hint")>
                    "Separate several with a space or a comma."
                </p>
            </div>
        </OtherValuesIsland>
    }
}

/// The place of the new boxes, before the line.
#[island]
fn OtherValuesIsland(children: Children) -> impl IntoView {
    view! {
        <div class="choices" use:wake></div>
        {children()}
    }
}

#[cfg(feature = "hydrate")]
fn wake(boxes: web_sys::Element) {
    use wasm_bindgen::JsCast;
    use web_sys::{HtmlInputElement, KeyboardEvent};

    use super::dom::{find, island_of, listen};

    let Some(line) = island_of(&boxes).and_then(|island| find(&island, "[data-box-name]")) else {
        return;
    };
    let line: HtmlInputElement = line.unchecked_into();
    listen(&line.clone(), "keydown", move |event| {
        let key: &KeyboardEvent = event.unchecked_ref();
        if key.is_composing() || !matches!(key.key().as_str(), "Enter" | ",") {
            return;
        }
        let typed = line.value();
        let is_between = |letter: char| letter == ',' || letter.is_whitespace();
        let mut values = typed.split(is_between).filter(|value| !value.is_empty()).peekable();
        if values.peek().is_none() {
            return;
        }
        event.prevent_default();
        let name = line.get_attribute("data-box-name").unwrap_or_default();
        values.for_each(|value| add_box(&boxes, &name, value));
        line.set_value("");
    });
}

/// Adds a ticked box, unless there is one for this value.
#[cfg(feature = "hydrate")]
fn add_box(boxes: &web_sys::Element, name: &str, value: &str) {
    use super::dom::{children_of, set};

    if children_of(boxes).any(|label| label.text_content().as_deref() == Some(value)) {
        return;
    }
    let Some(document) = boxes.owner_document() else {
        return;
    };
    let make = |tag| document.create_element(tag);
    let (Ok(label), Ok(tick), Ok(text)) = (make("label"), make("input"), make("span")) else {
        return;
    };
    set(&label, "class", "choice");
    for (attribute, content) in [("type", "checkbox"), ("name", name), ("value", value), ("checked", "")] {
        set(&tick, attribute, content);
    }
    text.set_text_content(Some(value));
    for (parent, child) in [(&label, &tick), (&label, &text), (boxes, &label)] {
        drop(parent.append_child(child));
    }
}
