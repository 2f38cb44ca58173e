//! The keys that work on every page. In the browser only.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlDialogElement, HtmlElement, KeyboardEvent};

use super::dom::{find, listen, nearest, unset};

/// What takes letters, so that a single key is a letter there.
const FIELDS: &str = "input, textarea, select, [contenteditable], dialog[open]";

/// Listens to the keys of the page: `open` opens the palette, `list` is the list of shortcuts.
pub fn attend(has_single_keys: bool, open: Rc<dyn Fn()>, list: HtmlDialogElement) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    listen(&document.clone(), "keydown", move |event| {
        let key: &KeyboardEvent = event.unchecked_ref();
        if key.is_composing() || key.default_prevented() || key.alt_key() {
            return;
        }
        let has_modifier = key.ctrl_key() || key.meta_key();
        let pressed = key.key();
        if has_modifier && !key.shift_key() && pressed.eq_ignore_ascii_case("k") {
            key.prevent_default();
            open();
        } else if has_single_keys && !has_modifier && !is_in_field(key) {
            match pressed.as_str() {
                "/" => {
                    key.prevent_default();
                    if !focus_search(&document) {
                        open();
                    }
                }
                "?" => {
                    key.prevent_default();
                    drop(list.show_modal());
                }
                _ => {}
            }
        }
    });
}

fn is_in_field(key: &KeyboardEvent) -> bool {
    let target = key.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| nearest(&target, FIELDS).is_some())
}

/// Puts the cursor into the search of the page, where it has one.
fn focus_search(document: &Document) -> bool {
    let search = document.query_selector("main input[type=search]").ok().flatten();
    search.is_some_and(|search| search.unchecked_ref::<HtmlElement>().focus().is_ok())
}

/// Shows on the button how the palette is opened, in the words of the person's keyboard.
pub fn name_keys(button: &Element) {
    let Some(keys) = find(button, "kbd") else {
        return;
    };
    let is_mac = web_sys::window()
        .and_then(|window| window.navigator().platform().ok())
        .is_some_and(|platform| platform.starts_with("Mac"));
    if is_mac {
        keys.set_text_content(Some("⌘ K"));
    }
    unset(&keys, "hidden");
}
