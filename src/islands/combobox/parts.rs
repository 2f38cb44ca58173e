//! The elements of a combobox, and what they say of themselves. In the browser only.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use crate::islands::dom::{all, find, nearest, set};

/// The elements of a combobox.
pub struct Parts {
    /// The line of text.
    pub input: HtmlInputElement,
    /// The list, empty at first.
    pub list: Element,
    /// What is read out when the list has changed.
    pub status: Element,
}

impl Parts {
    /// The line, the list and the status inside an element.
    pub fn inside(root: &Element) -> Option<Self> {
        Some(Self {
            input: find(root, ".combobox input")?.unchecked_into(),
            list: find(root, ".combobox-list")?,
            status: find(root, "[role=status]")?,
        })
    }

    /// Makes the line a combobox and the list its options, for those who hear the page.
    pub(super) fn take_roles(&self) {
        let list_id = self.list.id();
        for (name, value) in [
            ("role", "combobox"),
            ("aria-autocomplete", "list"),
            ("aria-expanded", "false"),
            ("aria-controls", &list_id),
        ] {
            set(&self.input, name, value);
        }
        set(&self.list, "role", "listbox");
        set(&self.list, "aria-label", "Results");
    }

    /// Whether it stands in a dialog, where the list stays for as long as the dialog does.
    pub(super) fn is_in_dialog(&self) -> bool {
        nearest(&self.list, "dialog").is_some()
    }

    /// Whether the list is shown.
    pub(super) fn is_open(&self) -> bool {
        !self.list.has_attribute("hidden")
    }

    /// Shows the list or hides it.
    pub(super) fn set_open(&self, is_open: bool) {
        let _ = self.list.toggle_attribute_with_force("hidden", !is_open);
        set(&self.input, "aria-expanded", if is_open { "true" } else { "false" });
    }

    /// The options of the list, in their order.
    pub(super) fn options(&self) -> Vec<Element> {
        all(&self.list, "[role=option]").collect()
    }

    /// Puts options into the list, each with an id of its own, and gives them back.
    pub(super) fn fill(&self, markup: &str) -> Vec<Element> {
        self.list.set_inner_html(markup);
        let options = self.options();
        for (number, option) in options.iter().enumerate() {
            option.set_id(&[&self.list.id(), "-", &number.to_string()].concat());
        }
        options
    }

    /// Says what came of a search.
    pub(super) fn say(&self, said: Option<&str>, options_are_there: bool) {
        self.status.set_text_content(said);
        if !self.is_in_dialog() {
            // What was found is seen beside the line; that nothing was, nobody else says.
            set(&self.status, "class", if options_are_there { "visually-hidden" } else { "hint" });
        }
    }
}
