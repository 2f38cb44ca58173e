//! Copies the IDs of rows: one island for all of them. Without JavaScript the buttons are not shown, because they could do
//! nothing.

use leptos::prelude::*;

#[cfg(not(feature = "hydrate"))]
use super::asleep as wake;

/// Makes the buttons of class `row-copy` in the content of the page copy what their row's first link ends with.
#[island]
pub fn CopyIds() -> impl IntoView {
    view! { <span class="visually-hidden" role="status" use:wake></span> }
}

/// A segment of a path without its percent encoding. In a path, a plus sign is one.
#[cfg(feature = "hydrate")]
fn decoded(segment: &str) -> String {
    let query = format!("id={}", segment.replace('+', "%2B"));
    url::form_urlencoded::parse(query.as_bytes()).next().map(|(_, id)| id.into_owned()).unwrap_or_default()
}

#[cfg(feature = "hydrate")]
fn wake(status: web_sys::Element) {
    use std::cell::Cell;
    use std::rc::Rc;

    use wasm_bindgen::JsCast;
    use web_sys::Element;

    use super::dom::{COPIED_MS, copy, find, later, listen, nearest, set, unset};

    let Some(content) = nearest(&status, "main") else {
        return;
    };
    set(&content, "data-copies", "");
    let copies = Rc::new(Cell::new(0_u32));
    listen(&content, "click", move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(button) = target.filter(|target| target.matches(".row-copy") == Ok(true)) else {
            return;
        };
        let link = nearest(&button, "tr").and_then(|row| find(&row, "th a:not(.tree-toggle)"));
        let path = link.and_then(|link| link.get_attribute("href")).unwrap_or_default();
        let id = decoded(path.rsplit('/').next().unwrap_or_default());
        if id.is_empty() {
            return;
        }
        let (status, told, copies) = (status.clone(), id.clone(), copies.clone());
        copy(&id, move || {
            copies.set(copies.get() + 1);
            let this = copies.get();
            set(&button, "data-copied", &this.to_string());
            status.set_text_content(Some(&format!("Copied {told}")));
            // Of two copies soon after each other, the second says so for as long as the first would have.
            later(COPIED_MS, move || {
                if button.get_attribute("data-copied").is_some_and(|last| last == this.to_string()) {
                    unset(&button, "data-copied");
                }
                if copies.get() == this {
                    status.set_text_content(None);
                }
            });
        });
    });
}
