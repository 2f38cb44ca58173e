//! What a form offers, and how another form takes it over. In the browser only.

use std::collections::HashSet;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::super::dom::{all, children_of, find, nearest, set};

const FIELDS: &str = "fieldset.multi-value";

/// The fields with several values of a page, and its card of available values.
pub struct Offer {
    fields: Vec<Element>,
    card: Option<Element>,
}

impl Offer {
    /// Those of a page.
    pub fn of(page: &Element) -> Self {
        Self { fields: all(page, FIELDS).collect(), card: card(page) }
    }

    /// A copy of those of a page.
    pub fn copied(page: &Element) -> Self {
        let Self { fields, card } = Self::of(page);
        Self { fields: fields.iter().filter_map(copy).collect(), card: card.as_ref().and_then(copy) }
    }

    /// Whose values they are: "from Thistledown".
    pub fn whose(&self) -> String {
        let note = self.card.as_ref().and_then(|card| find(card, ".card-note"));
        note.and_then(|note| note.text_content()).unwrap_or_default()
    }

    /// The values of `form` become these. What is ticked stays so, and what has the focus keeps it.
    pub fn show(&self, form: &Element, page: &Element, flag: &str) {
        for field in all(form, FIELDS) {
            let offered = self.fields.iter().find(|offered| offered.id() == field.id());
            if let Some(offered) = offered.and_then(copy) {
                take_over(&field, &offered, flag);
            }
        }
        if let (Some(old), Some(new)) = (card(page), self.card.as_ref().and_then(copy)) {
            drop(old.replace_with_with_node_1(&new));
        }
    }
}

fn card(page: &Element) -> Option<Element> {
    find(page, "#allowed-here").and_then(|heading| nearest(&heading, "section"))
}

fn copy(element: &Element) -> Option<Element> {
    element.clone_node_with_deep(true).ok().map(JsCast::unchecked_into)
}

fn take_over(field: &Element, other: &Element, flag: &str) {
    let (Some(choices), Some(offered)) = (part(field, ".choices"), part(other, ".choices")) else {
        return;
    };
    let (beyond, more) = (part(field, BEYOND), part(other, BEYOND));
    let old = || [Some(&choices), beyond.as_ref()].into_iter().flatten();
    let focused = old().find_map(|part| find(part, ":focus"));
    let ticked: Vec<Element> =
        old().flat_map(|part| all(part, "label")).filter(|label| find(label, "input:checked").is_some()).collect();
    if let Some(beyond) = &beyond {
        beyond.remove();
    }
    drop(choices.replace_with_with_node_1(&offered));
    if let Some(more) = &more {
        drop(offered.after_with_node_1(more));
    }
    let values: HashSet<_> =
        ticked.iter().filter_map(|label| find(label, "input")).map(|input| value(&input)).collect();
    let mut known = HashSet::new();
    for input in [Some(&offered), more.as_ref()].into_iter().flatten().flat_map(boxes) {
        let value = input.value();
        input.set_checked(values.contains(&value));
        // What is ticked is seen.
        if let Some(details) = nearest(&input, "details").filter(|_| input.checked()) {
            set(&details, "open", "");
        }
        known.insert(value);
    }
    for label in ticked {
        if !find(&label, "input").is_some_and(|input| known.contains(&value(&input))) {
            mark(&label, flag);
            drop(offered.append_child(&label));
        }
    }
    if let Some(focused) = focused {
        let is_same = |input: &HtmlInputElement| focused.tag_name() == "INPUT" && input.value() == value(&focused);
        // What is in a part that is closed cannot have it.
        let same =
            boxes(field).into_iter().find(is_same).filter(|input| nearest(input, "details:not([open])").is_none());
        let element = same.map_or_else(|| field.clone(), JsCast::unchecked_into);
        drop(element.unchecked_into::<HtmlElement>().focus());
    }
}

/// The values that are not allowed, but not the line for any other value.
const BEYOND: &str = "details:not(:has(input[type=text]))";

/// The first element directly inside that `selector` selects.
fn part(field: &Element, selector: &str) -> Option<Element> {
    children_of(field).find(|child| child.matches(selector) == Ok(true))
}

fn boxes(root: &Element) -> Vec<HtmlInputElement> {
    all(root, "input[type=checkbox]").map(JsCast::unchecked_into).collect()
}

/// The value of an input.
pub fn value(input: &Element) -> String {
    input.unchecked_ref::<HtmlInputElement>().value()
}

/// Marks a value that is not among those that are offered.
fn mark(label: &Element, flag: &str) {
    if let Some(earlier) = find(label, ".choice-note") {
        earlier.remove();
    }
    let note = label.owner_document().and_then(|document| document.create_element("span").ok());
    if let Some(note) = note {
        set(label, "class", "choice choice-flagged");
        set(&note, "class", "choice-note");
        note.set_text_content(Some(flag));
        drop(label.append_child(&note));
    }
}
