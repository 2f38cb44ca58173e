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

/// The button, with its label inside.
#[island]
fn CopyIsland(children: Children) -> impl IntoView {
    view! {
        <button class="link-button copy" type="button" hidden use:wake>
            {children()}
        </button>
    }
}

#[cfg(feature = "hydrate")]
fn wake(button: web_sys::Element) {
    use wasm_bindgen::closure::Closure;

    use super::dom::{find, listen, unset};

    unset(&button, "hidden");
    let Some(label) = find(&button, "[data-copy]") else {
        return;
    };
    listen(&button, "click", move |_| {
        let (Some(window), Some(text)) = (web_sys::window(), label.get_attribute("data-copy")) else {
            return;
        };
        // A browser that refuses leaves the word as it is, and the text to be selected by hand.
        let label = label.clone();
        let done = Closure::once(move |_| label.set_text_content(Some("Copied")));
        drop(window.navigator().clipboard().write_text(&text).then(&done));
        done.forget();
    });
}
