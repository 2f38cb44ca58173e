//! Rows of return URLs. The buttons work without JavaScript, as buttons of the form; with it, rows
//! come and go without a round trip.

use leptos::prelude::*;

#[cfg(not(feature = "hydrate"))]
use super::asleep as wake;
use crate::domain::gather::MOST_CONTROLS;

/// One row as the server knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UrlRow {
    /// What is in it.
    pub value: String,
    /// What is wrong with it; empty when nothing is.
    pub error: String,
}

/// The rows, and a button for one more.
#[component]
pub fn ReturnUrls(
    /// The rows to begin with, at least one.
    rows: Vec<UrlRow>,
) -> impl IntoView {
    let is_full = rows.len() >= MOST_CONTROLS;
    let rows = rows.into_iter().zip(1..).map(|(row, number)| {
        if number <= MOST_CONTROLS { view! { <Row number row/> }.into_any() } else { bare_row(number, row).into_any() }
    });
    let rows = rows.collect_view();
    let hint = is_full.then(|| {
        let text = format!("This form shows up to {MOST_CONTROLS} rows. Paste more URLs below.");
        view! { <p class="hint">{text}</p> }
    });
    view! {
        <ReturnUrlsIsland>
            <ol class="url-rows">{rows}</ol>
            {hint}
        </ReturnUrlsIsland>
    }
}

/// What is wrong with a row, under its input.
fn error_line(number: usize, error: String) -> impl IntoView {
    (!error.is_empty()).then(|| {
        view! {
            <p class="error" id=error_id(number)>
                {error}
            </p>
        }
    })
}

/// A row without its number and button, so that even a form of thousands of rows that cannot be anything else comes
/// back as a page of ordinary size.
fn bare_row(number: usize, row: UrlRow) -> impl IntoView {
    let has_error = !row.error.is_empty();
    let error = error_line(number, row.error);
    view! {
        <li class="url-row">
            <span></span>
            <input
                class="input"
                id=input_id(number)
                name="return_urls[]"
                value=row.value
                aria-label=input_label(number)
                aria-invalid=has_error.then_some("true")
                aria-describedby=has_error.then(|| error_id(number))
            />
            {error}
        </li>
    }
}

#[component]
fn Row(number: usize, row: UrlRow) -> impl IntoView {
    let has_error = !row.error.is_empty();
    let error = error_line(number, row.error);
    view! {
        <li class="url-row">
            <span class="url-number" aria-hidden="true">
                {number}
            </span>
            <input
                class="input input-mono"
                type="text"
                inputmode="url"
                id=input_id(number)
                name="return_urls[]"
                value=row.value
                aria-label=input_label(number)
                autocomplete="off"
                spellcheck="false"
                aria-invalid=has_error.then_some("true")
                aria-describedby=has_error.then(|| error_id(number))
            />
            <button class="button button-quiet" type="submit" name="remove_row" value=number.to_string()>
                "Remove"
                <span class="visually-hidden">{removed(number)}</span>
            </button>
            {error}
        </li>
    }
}

/// The rows are its children, and stay the same elements: they keep what was typed into them.
#[island]
fn ReturnUrlsIsland(children: Children) -> impl IntoView {
    view! {
        {children()}
        <div class="url-actions" use:wake>
            <button class="button" type="submit" name="add_row" value="1">
                "Add URL"
            </button>
        </div>
    }
}

fn input_id(number: usize) -> String {
    format!("return_urls_{number}")
}

fn error_id(number: usize) -> String {
    format!("return_urls_{number}-error")
}

/// The first is named by the label of the whole field, which stands outside.
fn input_label(number: usize) -> String {
    if number == 1 { "Return URLs".to_owned() } else { format!("Return URL {number}") }
}

/// What the button of a row says after "Remove", for screen readers.
fn removed(number: usize) -> String {
    format!(" return URL {number}")
}

#[cfg(feature = "hydrate")]
fn wake(actions: web_sys::Element) {
    use wasm_bindgen::JsCast;
    use web_sys::Element;

    use super::dom::{find, island_of, listen, nearest};

    let Some(island) = island_of(&actions) else {
        return;
    };
    let Some(rows) = find(&island, ".url-rows") else {
        return;
    };
    let pasted_into = rows.clone();
    listen(&island, "paste", move |event| paste(&event, &pasted_into));
    listen(&island, "click", move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(button) = target.and_then(|target| nearest(&target, "button")) else {
            return;
        };
        event.prevent_default();
        match nearest(&button, ".url-row") {
            Some(row) if row.next_element_sibling().is_none() && row.previous_element_sibling().is_none() => {
                empty(&row);
            }
            Some(row) => {
                let neighbour = row.next_element_sibling().or_else(|| row.previous_element_sibling());
                row.remove();
                neighbour.iter().for_each(focus);
            }
            None => add_row(&rows),
        }
        renumber(&rows);
    });
}

/// Adds an empty row, a copy of the last one: there is always one.
#[cfg(feature = "hydrate")]
fn add_row(rows: &web_sys::Element) {
    use wasm_bindgen::JsCast;

    let copy = rows.last_element_child().and_then(|last| last.clone_node_with_deep(true).ok());
    if let Some(row) = copy {
        drop(rows.append_child(&row));
        empty(row.unchecked_ref());
        focus(row.unchecked_ref());
    }
}

/// Gives each line of what is pasted a row of its own. More lines than the page has rows for are left to the browser,
/// and one line is too.
#[cfg(feature = "hydrate")]
fn paste(event: &web_sys::Event, rows: &web_sys::Element) {
    use wasm_bindgen::JsCast;
    use web_sys::{ClipboardEvent, Element};

    use super::dom::{children_of, nearest};

    let data = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
    let Some(text) = data.and_then(|data| data.get_data("text").ok()) else {
        return;
    };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(row) = target.and_then(|target| nearest(&target, ".url-row")) else {
        return;
    };
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let count = lines.clone().count();
    // What the row holds is kept, unless all of it is selected.
    let is_free = is_free(&row);
    if count < 2 || children_of(rows).count() + count - usize::from(is_free) > MOST_CONTROLS {
        return;
    }
    event.prevent_default();
    if is_free {
        lines.by_ref().take(1).for_each(|line| fill(&row, line));
    }
    for line in lines {
        add_row(rows);
        if let Some(row) = rows.last_element_child() {
            fill(&row, line);
        }
    }
    renumber(rows);
    super::dom::tell_input(rows);
}

/// Whether what is pasted into a row takes the place of all that it holds.
#[cfg(feature = "hydrate")]
fn is_free(row: &web_sys::Element) -> bool {
    use wasm_bindgen::JsCast;

    super::dom::find(row, "input").map(JsCast::unchecked_into::<web_sys::HtmlInputElement>).is_some_and(|input| {
        let selected = input.selection_start().ok().flatten().zip(input.selection_end().ok().flatten());
        let length = input.value().encode_utf16().count();
        selected.is_some_and(|(start, end)| usize::try_from(end - start) == Ok(length))
    })
}

#[cfg(feature = "hydrate")]
fn fill(row: &web_sys::Element, value: &str) {
    use wasm_bindgen::JsCast;

    if let Some(input) = super::dom::find(row, "input") {
        input.unchecked_ref::<web_sys::HtmlInputElement>().set_value(value);
    }
}

/// Puts the cursor into a row, so that the keyboard is where the change was.
#[cfg(feature = "hydrate")]
fn focus(row: &web_sys::Element) {
    use wasm_bindgen::JsCast;

    if let Some(input) = super::dom::find(row, "input") {
        drop(input.unchecked_ref::<web_sys::HtmlElement>().focus());
    }
}

#[cfg(feature = "hydrate")]
fn empty(row: &web_sys::Element) {
    use wasm_bindgen::JsCast;
    use web_sys::HtmlInputElement;

    use super::dom::{find, unset};

    if let Some(error) = find(row, ".error") {
        error.remove();
    }
    if let Some(input) = find(row, "input") {
        for name in ["value", "aria-invalid", "aria-describedby"] {
            unset(&input, name);
        }
        input.unchecked_ref::<HtmlInputElement>().set_value("");
    }
}

/// Numbers every row by its place.
#[cfg(feature = "hydrate")]
fn renumber(rows: &web_sys::Element) {
    use super::dom::{children_of, find, set};

    for (row, number) in children_of(rows).zip(1..) {
        let texts = [(".url-number", number.to_string()), (".visually-hidden", removed(number))];
        for (selector, text) in texts {
            if let Some(element) = find(&row, selector) {
                element.set_text_content(Some(&text));
            }
        }
        let attributes = [
            ("input", "id", input_id(number)),
            ("input", "aria-label", input_label(number)),
            ("input[aria-describedby]", "aria-describedby", error_id(number)),
            ("button", "value", number.to_string()),
            (".error", "id", error_id(number)),
        ];
        for (selector, name, value) in attributes {
            if let Some(element) = find(&row, selector) {
                set(&element, name, &value);
            }
        }
    }
}
