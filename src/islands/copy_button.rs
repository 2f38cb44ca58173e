//! Copies a text. Without JavaScript there is no button, because it could do nothing.

use leptos::prelude::*;

/// A button that copies `text`; `label` says what that is.
#[island]
pub fn CopyButton(
    /// What is copied.
    text: String,
    /// What it is, for screen readers.
    label: String,
) -> impl IntoView {
    let is_awake = RwSignal::new(false);
    let is_copied = RwSignal::new(false);
    Effect::new(move |_| is_awake.set(true));
    let copy = move |_| {
        copy_text(&text);
        is_copied.set(true);
    };
    view! {
        <button class="link-button copy" type="button" hidden=move || !is_awake.get() on:click=copy>
            <span aria-live="polite">{move || if is_copied.get() { "Copied" } else { "Copy" }}</span>
            <span class="visually-hidden">{format!(" {label}")}</span>
        </button>
    }
}

#[cfg(feature = "hydrate")]
fn copy_text(text: &str) {
    if let Some(window) = web_sys::window() {
        // The promise needs no waiting for: a browser that refuses leaves the text to be selected.
        drop(window.navigator().clipboard().write_text(text));
    }
}

#[cfg(not(feature = "hydrate"))]
fn copy_text(_: &str) {}
