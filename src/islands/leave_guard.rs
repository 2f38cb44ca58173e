//! Asks before a page is left whose form was changed. It never asks once the form is on its way.

use leptos::prelude::*;

#[cfg(not(feature = "hydrate"))]
use super::asleep as wake;

/// Guards the form that it stands in.
#[island]
pub fn LeaveGuard() -> impl IntoView {
    view! { <span hidden use:wake></span> }
}

#[cfg(feature = "hydrate")]
fn wake(mark: web_sys::Element) {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::dom::{find, listen, nearest};

    let (Some(form), Some(window)) = (nearest(&mark, "form"), web_sys::window()) else {
        return;
    };
    let opened = Rc::new(content(&form));
    let is_sent = Rc::new(Cell::new(false));
    let sent = Rc::clone(&is_sent);
    listen(&form, "submit", move |_| sent.set(true));
    // The page may be shown again as it was left.
    let shown = Rc::clone(&is_sent);
    listen(&window, "pageshow", move |_| shown.set(false));
    if let Some(count) = find(&form, "[data-changed]") {
        // Rows come and go by clicks.
        for event in ["input", "click"] {
            let (opened, form, count) = (Rc::clone(&opened), form.clone(), count.clone());
            listen(&form.clone(), event, move |_| tell(&count, &opened, &form));
        }
    }
    listen(&window, "beforeunload", move |event| {
        if !is_sent.get() && content(&form) != *opened {
            event.prevent_default();
        }
    });
}

/// Says how many fields differ from what the form opened on: those that did when the page was made, and those since.
#[cfg(feature = "hydrate")]
fn tell(count: &web_sys::Element, opened: &Content, form: &web_sys::Element) {
    let now = content(form);
    let mut changed: Vec<&str> =
        now.iter().filter(|(name, text)| opened.get(*name) != Some(text)).map(name_of).collect();
    changed.extend(opened.keys().filter(|name| !now.contains_key(*name)).map(String::as_str));
    let before = count.get_attribute("data-changed").unwrap_or_default();
    changed.extend(before.split_whitespace());
    changed.sort_unstable();
    changed.dedup();
    let text = match changed.len() {
        0 => String::new(),
        1 => "1 field changed".to_owned(),
        number => format!("{number} fields changed"),
    };
    if count.text_content().unwrap_or_default().trim() != text {
        count.set_text_content(Some(&text));
    }
}

#[cfg(feature = "hydrate")]
fn name_of<'a>((name, _): (&'a String, &'a String)) -> &'a str {
    name
}

/// What a form would send, by the name of the field.
#[cfg(feature = "hydrate")]
type Content = std::collections::BTreeMap<String, String>;

#[cfg(feature = "hydrate")]
fn content(form: &web_sys::Element) -> Content {
    use wasm_bindgen::JsCast;
    use web_sys::HtmlInputElement;

    use super::dom::all;

    let (mut content, mut choices) = (Content::new(), Vec::new());
    // What a line of text is has `value` and `name`, and what cannot be ticked is not `checked`.
    for control in all(form, "input, select, textarea").map(JsCast::unchecked_into::<HtmlInputElement>) {
        let is_choice = matches!(control.type_().as_str(), "checkbox" | "radio");
        if !is_choice || control.checked() {
            let line = [&control.name(), "=", &control.value(), "\n"].concat();
            if is_choice {
                choices.push(line);
            } else {
                content.entry(field_of(&control.name()).to_owned()).or_default().push_str(&line);
            }
        }
    }
    // In which order choices stand says nothing.
    choices.sort_unstable();
    for line in choices {
        let name = line.split('=').next().unwrap_or_default();
        content.entry(field_of(name).to_owned()).or_default().push_str(&line);
    }
    content
}

/// The field that a control is of: a list, and the text beside one, have names of their own.
#[cfg(feature = "hydrate")]
fn field_of(name: &str) -> &str {
    let ends = ["[]", "_other", "_shown", "_found", "_find"];
    ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}
