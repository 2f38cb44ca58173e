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

    use super::dom::{listen, nearest};

    let (Some(form), Some(window)) = (nearest(&mark, "form"), web_sys::window()) else {
        return;
    };
    let opened = content(&form);
    let is_sent = Rc::new(Cell::new(false));
    let sent = Rc::clone(&is_sent);
    listen(&form, "submit", move |_| sent.set(true));
    // The page may be shown again as it was left.
    let shown = Rc::clone(&is_sent);
    listen(&window, "pageshow", move |_| shown.set(false));
    listen(&window, "beforeunload", move |event| {
        if !is_sent.get() && content(&form) != opened {
            event.prevent_default();
        }
    });
}

/// What a form would send, as one text.
#[cfg(feature = "hydrate")]
fn content(form: &web_sys::Element) -> String {
    use wasm_bindgen::JsCast;
    use web_sys::HtmlInputElement;

    use super::dom::all;

    let mut content = String::new();
    // What a line of text is has `value` and `name`, and what cannot be ticked is not `checked`.
    for control in all(form, "input, select, textarea").map(JsCast::unchecked_into::<HtmlInputElement>) {
        let is_choice = matches!(control.type_().as_str(), "checkbox" | "radio");
        if !is_choice || control.checked() {
            content.push_str(&control.name());
            content.push('=');
            content.push_str(&control.value());
            content.push('\n');
        }
    }
    content
}
