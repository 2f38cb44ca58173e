//! The tree grid in the browser: roles, the focus, and branches that open without a new page.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    Document, Element, Event, HtmlElement, KeyboardEvent, MouseEvent, Window, XmlHttpRequest,
    XmlHttpRequestResponseType,
};

use super::keys::{Act, Focus, act};
use crate::islands::dom::{find, listen, nearest, set, unset};

/// The rows of the tree; a row that stands for children which are not listed is one of them.
const ROWS: &str = "tbody tr[data-level]";
/// What the arrow keys reach in a row: its links, and the button that copies its ID. A branch is opened from the row.
const LINKS: &str = "a:not(.tree-toggle), .row-copy";
/// What takes the focus in a row.
const STOPS: &str = "a, .row-copy";
const TIMEOUT_MS: u32 = 10_000;

/// Wakes the table of the part that the element names.
pub(super) fn wake(element: Element) {
    let id = find(&element, "[data-part]").and_then(|named| named.get_attribute("data-part"));
    let Some(part) = id.and_then(|id| document()?.get_element_by_id(&id)) else {
        return;
    };
    dress(&part);
    let of = part.clone();
    listen(&part, "keydown", move |event| key(&of, &event));
    let of = part.clone();
    listen(&part, "click", move |event| click(&of, &event));
    let of = part.clone();
    listen(&part, "focusin", move |event| {
        if let Some(row) = row_of(&event) {
            make_current(&of, &row);
        }
    });
}

fn document() -> Option<Document> {
    web_sys::window().as_ref().and_then(Window::document)
}

/// Gives table and rows the roles and states of a tree grid. Only rows take the focus by the tab key, and one of them.
fn dress(part: &Element) {
    if let Some(table) = find(part, "table") {
        set(&table, "role", "treegrid");
    }
    for row in all(part, ROWS) {
        set(&row, "aria-level", &row.get_attribute("data-level").unwrap_or_default());
        match find(&row, ".tree-toggle").and_then(|toggle| toggle.get_attribute("aria-expanded")) {
            Some(is_open) => set(&row, "aria-expanded", &is_open),
            None => unset(&row, "aria-expanded"),
        }
        all(&row, STOPS).for_each(|stop| set(&stop, "tabindex", "-1"));
        set(&row, "tabindex", "-1");
    }
    if let Some(first) = find(part, ROWS) {
        set(&first, "tabindex", "0");
    }
}

/// The elements inside that a selector selects, in their order.
fn all(root: &Element, selector: &str) -> impl Iterator<Item = Element> {
    let list = root.query_selector_all(selector).ok();
    let count = list.as_ref().map_or(0, web_sys::NodeList::length);
    (0..count).filter_map(move |index| list.as_ref()?.item(index)?.dyn_into().ok())
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn row_of(event: &Event) -> Option<Element> {
    nearest(&target(event)?, ROWS)
}

fn make_current(part: &Element, row: &Element) {
    all(part, "tbody tr[tabindex='0']").for_each(|other| set(&other, "tabindex", "-1"));
    set(row, "tabindex", "0");
}

fn focus(element: &Element) {
    drop(element.unchecked_ref::<HtmlElement>().focus());
}

fn key(part: &Element, event: &Event) {
    let (Some(row), Some(at)) = (row_of(event), target(event)) else {
        return;
    };
    let pressed: &KeyboardEvent = event.unchecked_ref();
    if pressed.is_composing() || pressed.alt_key() || pressed.shift_key() {
        return;
    }
    let is_open = row.get_attribute("aria-expanded").map(|word| word == "true");
    let place = if at == row { Focus::Row { is_open } } else { Focus::Link };
    if let Some(act) = act(&pressed.key(), pressed.ctrl_key() || pressed.meta_key(), place) {
        event.prevent_default();
        perform(part, &row, &at, act);
    }
}

fn perform(part: &Element, row: &Element, at: &Element, act: Act) {
    let links: Vec<Element> = all(row, LINKS).collect();
    let place = links.iter().position(|link| link == at);
    let to = match act {
        Act::Toggle => {
            if let Some(toggle) = find(row, ".tree-toggle") {
                open(part, &toggle);
            }
            None
        }
        Act::Follow => {
            if let Some(link) = links.first() {
                link.unchecked_ref::<HtmlElement>().click();
            }
            None
        }
        Act::First => find(part, ROWS),
        Act::Last => all(part, ROWS).last(),
        Act::Parent => parent(part, row),
        Act::Previous | Act::Next => {
            let other = neighbour(part, row, act == Act::Next);
            other.map(|other| place.and_then(|place| all(&other, LINKS).nth(place)).unwrap_or(other))
        }
        Act::LinkBefore => Some(place.and_then(|place| links.get(place.checked_sub(1)?)).unwrap_or(row).clone()),
        Act::LinkAfter => place.and_then(|place| links.get(place + 1)).cloned(),
        Act::FirstLink => links.first().cloned(),
        Act::LastLink => links.last().cloned(),
    };
    to.iter().for_each(focus);
}

fn neighbour(part: &Element, row: &Element, is_after: bool) -> Option<Element> {
    let rows: Vec<Element> = all(part, ROWS).collect();
    let place = rows.iter().position(|one| one == row)?;
    let other = if is_after { place + 1 } else { place.checked_sub(1)? };
    rows.get(other).cloned()
}

fn level(row: &Element) -> u32 {
    row.get_attribute("data-level").and_then(|level| level.parse().ok()).unwrap_or(0)
}

/// The last row before this one that is less deep.
fn parent(part: &Element, row: &Element) -> Option<Element> {
    all(part, ROWS).take_while(|one| one != row).filter(|one| level(one) < level(row)).last()
}

/// A plain click on the link of a branch opens or closes it here; any other click is the browser's.
fn click(part: &Element, event: &Event) {
    let click: &MouseEvent = event.unchecked_ref();
    let is_plain = click.button() == 0 && !click.ctrl_key() && !click.meta_key() && !click.shift_key();
    let toggle = target(event).and_then(|target| nearest(&target, ".tree-toggle"));
    if let (true, Some(toggle)) = (is_plain, toggle) {
        event.prevent_default();
        open(part, &toggle);
    }
}

/// Asks for the page that the link of a branch leads to, and shows its part of the tree in place of the present one.
fn open(part: &Element, toggle: &Element) {
    let key = nearest(toggle, ROWS).and_then(|row| row.get_attribute("data-key"));
    let (Some(path), Ok(request)) = (toggle.get_attribute("href"), XmlHttpRequest::new()) else {
        return;
    };
    let answered = {
        let (part, path, request) = (part.clone(), path.clone(), request.clone());
        Closure::once_into_js(move || {
            if take(&part, &request, &path, key.as_deref()).is_none() {
                go(&path);
            }
        })
    };
    request.set_onloadend(Some(answered.unchecked_ref()));
    if request.open("GET", &path).is_err() {
        return go(&path);
    }
    request.set_response_type(XmlHttpRequestResponseType::Document);
    // Whatever a proxy answers is read as a page.
    drop(request.override_mime_type("text/html"));
    request.set_timeout(TIMEOUT_MS);
    if request.send().is_err() {
        go(&path);
    }
}

/// The ordinary way, when the other one fails: the page that the link leads to.
fn go(path: &str) {
    if let Some(window) = web_sys::window() {
        drop(window.location().assign(path));
    }
}

/// Shows what was answered, and gives the focus back to its row. `None` when the answer is no such page.
fn take(part: &Element, request: &XmlHttpRequest, path: &str, key: Option<&str>) -> Option<()> {
    let fresh = request.response_xml().ok().flatten().filter(|_| request.status() == Ok(200))?;
    let fresh = fresh.get_element_by_id(&part.id())?;
    let had_focus =
        document().and_then(|page| page.active_element()).is_some_and(|active| part.contains(Some(&active)));
    part.set_inner_html(&fresh.inner_html());
    dress(part);
    if let Ok(history) = web_sys::window()?.history() {
        drop(history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(path)));
    }
    let row = all(part, ROWS).find(|row| row.get_attribute("data-key").as_deref() == key);
    if let Some(row) = row.filter(|_| had_focus) {
        make_current(part, &row);
        focus(&row);
    }
    Some(())
}
