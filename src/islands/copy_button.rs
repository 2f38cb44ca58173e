//! Copies a text. Without JavaScript there is no button, because it could do nothing.

use leptos::prelude::*;

#[cfg(not(feature = "hydrate"))]
use super::asleep as wake;

/// A button that copies `text`; `label` says what that is.
#[component]
pub fn CopyButton(
    /// The text to copy.
    text: String,
    /// What it is, for screen readers.
    label: String,
) -> impl IntoView {
    view! {
        <CopyIsland>
            <span aria-live="polite" data-copy=text>
                "Copy"
            </span>
            <span class="visually-hidden">{format!(" {label}")}</span>
        </CopyIsland>
    }
}

/// A button that copies the text that the element with the id `of` has when it is pressed: that of a part of the page
/// that is kept up to date.
#[component]
pub fn CopyTextOf(
    /// The id of the element.
    of: String,
    /// What its text is, for screen readers.
    label: String,
) -> impl IntoView {
    view! {
        <CopyIsland>
            <span aria-live="polite" data-copy-of=of>
                "Copy"
            </span>
            <span class="visually-hidden">{format!(" {label}")}</span>
        </CopyIsland>
    }
}

/// The button, with its label inside.
#[island]
fn CopyIsland(children: Children) -> impl IntoView {
    view! {
        <button class="link-button copy is-asleep" type="button" use:wake>
            {children()}
        </button>
    }
}

#[cfg(feature = "hydrate")]
fn wake(button: web_sys::Element) {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::dom::{COPIED_MS, copy, find, later, listen, set};

    set(&button, "class", "link-button copy");
    let Some(label) = find(&button, "[data-copy], [data-copy-of]") else {
        return;
    };
    let copies = Rc::new(Cell::new(0_u32));
    listen(&button, "click", move |_| {
        // A browser that refuses leaves the word as it is, and the text to be selected by hand.
        if let Some(text) = text_of(&label) {
            let (label, copies) = (label.clone(), copies.clone());
            copy(&text, move || {
                copies.set(copies.get() + 1);
                let this = copies.get();
                label.set_text_content(Some("Copied"));
                later(COPIED_MS, move || {
                    if copies.get() == this {
                        label.set_text_content(Some("Copy"));
                    }
                });
            });
        }
    });
}

/// What is copied: a text of its own, or that of another element.
#[cfg(feature = "hydrate")]
fn text_of(label: &web_sys::Element) -> Option<String> {
    label.get_attribute("data-copy").or_else(|| {
        let id = label.get_attribute("data-copy-of")?;
        label.owner_document()?.get_element_by_id(&id)?.text_content()
    })
}
