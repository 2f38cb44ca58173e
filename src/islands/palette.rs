//! The command palette and the list of shortcuts. Without JavaScript there is the link to the page that finds everything.

use leptos::prelude::*;

#[cfg(not(feature = "hydrate"))]
use super::asleep as wake;
use crate::paths;

/// The shortcuts: what is pressed, and what it does.
const SHORTCUTS: [(&str, &str); 6] = [
    ("Ctrl K", "Find or do anything (⌘ K on a Mac)"),
    ("/", "Go to the search of the page"),
    ("?", "Show this list"),
    ("↑ ↓", "Choose a result"),
    ("Enter", "Open it"),
    ("Esc", "Close"),
];

/// The button of the top bar, and the dialogs that it and the shortcuts open.
#[component]
pub fn Palette(
    /// Whether single keys do something.
    has_single_keys: bool,
) -> impl IntoView {
    let shortcuts = SHORTCUTS.map(|(keys, what)| {
        view! {
            <dt>
                <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
        }
    });
    view! {
        <PaletteIsland>
            <a class="find-button" href=paths::FIND data-single-keys=has_single_keys.then_some("")>
                <span>"Find or do anything"</span>
                " "
                <kbd hidden>"Ctrl K"</kbd>
            </a>
            <dialog class="palette" aria-label="Find or do anything">
                <form class="combobox" method="get" action=paths::FIND>
                    <input
                        class="input"
                        type="text"
                        name="q"
                        autocomplete="off"
                        spellcheck="false"
                        placeholder="Name, ID, return URL, page or action"
                        aria-label="Find or do anything"
                    />
                    <div class="combobox-list" id="palette-list" hidden></div>
                    <p class="palette-said" role="status"></p>
                    <button class="visually-hidden" type="submit" tabindex="-1">
                        "Show everything that is found"
                    </button>
                </form>
            </dialog>
            <dialog class="shortcuts" aria-labelledby="shortcuts-title">
                <h2 id="shortcuts-title">"Keyboard shortcuts"</h2>
                <dl class="facts">{shortcuts.collect_view()}</dl>
                <p class="secondary">
                    "Single keys can be switched off on "
                    <a href=paths::ACCOUNT>"your account"</a>
                    " page."
                </p>
                <form method="dialog">
                    <button class="button" type="submit">
                        "Close"
                    </button>
                </form>
            </dialog>
        </PaletteIsland>
    }
}

/// Wakes once its children are there.
#[island]
fn PaletteIsland(children: Children) -> impl IntoView {
    view! {
        {children()}
        <span hidden use:wake></span>
    }
}

#[cfg(feature = "hydrate")]
fn wake(mark: web_sys::Element) {
    use std::rc::Rc;

    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlDialogElement, MouseEvent};

    use super::combobox::{Combobox, Parts};
    use super::dom::{encoded, find, island_of, listen};
    use super::shortcuts;

    let Some(island) = island_of(&mark) else {
        return;
    };
    let dialog = |selector| find(&island, selector).map(JsCast::unchecked_into::<HtmlDialogElement>);
    let (Some(button), Some(palette), Some(list), Some(parts)) =
        (find(&island, ".find-button"), dialog(".palette"), dialog(".shortcuts"), Parts::inside(&island))
    else {
        return;
    };
    let input = parts.input.clone();
    let address = |typed: &str| {
        let here = web_sys::window()?.location().pathname().ok()?;
        Some([paths::FIND_PALETTE, "?q=", &encoded(typed), "&here=", &encoded(&here)].concat())
    };
    let go = |option: &Element| {
        if let Some((window, path)) = web_sys::window().zip(option.get_attribute("data-href")) {
            // The server made the path, from its own addresses.
            let _ = window.location().set_href(&path);
        }
    };
    let Some(combobox) = Combobox::wake(parts, address, go) else {
        return;
    };
    let opened = palette.clone();
    let open: Rc<dyn Fn()> = Rc::new(move || {
        if !opened.open() && opened.show_modal().is_ok() {
            input.select();
            combobox.ask();
        }
    });
    // A press beside the palette closes it.
    let closed = palette.clone();
    listen(&palette, "click", move |event| {
        if event.target().is_some_and(|target| target == *closed.unchecked_ref::<web_sys::EventTarget>()) {
            closed.close();
        }
    });
    let by_button = Rc::clone(&open);
    listen(&button, "click", move |event| {
        let press: &MouseEvent = event.unchecked_ref();
        // With a modifier the link opens in a tab of its own, as links do.
        if !(press.ctrl_key() || press.meta_key() || press.shift_key() || press.alt_key()) {
            event.prevent_default();
            by_button();
        }
    });
    shortcuts::name_keys(&button);
    shortcuts::attend(button.has_attribute("data-single-keys"), open, list);
}
