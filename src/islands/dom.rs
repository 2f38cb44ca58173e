//! What the islands do with the elements of the page. In the browser only.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, EventTarget};

/// Calls `act` at each event of this name, for as long as the page lives.
pub fn listen(target: &EventTarget, name: &str, act: impl Fn(Event) + 'static) {
    let act = Closure::<dyn Fn(Event)>::new(act).into_js_value();
    // Fails only for what is no function.
    drop(target.add_event_listener_with_callback(name, act.unchecked_ref()));
}

/// Calls `act` once, after so many milliseconds.
pub fn later(milliseconds: i32, act: impl FnOnce() + 'static) {
    let act = Closure::once_into_js(act);
    if let Some(window) = web_sys::window() {
        drop(window.set_timeout_with_callback_and_timeout_and_arguments_0(act.unchecked_ref(), milliseconds));
    }
}

/// Copies a text, and calls `done` when that was allowed.
pub fn copy(text: &str, done: impl FnOnce() + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let done = Closure::once(move |_| done());
    drop(window.navigator().clipboard().write_text(text).then(&done));
    done.forget();
}

/// Tells the form around an element that something in it was changed, as the browser does when a person changes it.
pub fn tell_input(element: &Element) {
    let bubbles = web_sys::EventInit::new();
    bubbles.set_bubbles(true);
    if let Ok(event) = Event::new_with_event_init_dict("input", &bubbles) {
        drop(element.dispatch_event(&event));
    }
}

/// For how long a button says that something was copied, in milliseconds.
pub const COPIED_MS: i32 = 3_000;

/// The first element inside `root` that `selector` selects.
pub fn find(root: &Element, selector: &str) -> Option<Element> {
    root.query_selector(selector).ok().flatten()
}

/// All elements inside `root` that `selector` selects, in their order.
pub fn all(root: &Element, selector: &str) -> impl Iterator<Item = Element> {
    let nodes = root.query_selector_all(selector).ok();
    let node = move |index| nodes.as_ref().and_then(|nodes| nodes.item(index));
    (0..).map_while(node).map(JsCast::unchecked_into)
}

/// The element itself or the nearest one around it that `selector` selects.
pub fn nearest(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok().flatten()
}

/// The island that holds the element.
pub fn island_of(element: &Element) -> Option<Element> {
    nearest(element, "leptos-island")
}

/// The elements directly inside, in their order.
pub fn children_of(element: &Element) -> impl Iterator<Item = Element> {
    std::iter::successors(element.first_element_child(), Element::next_element_sibling)
}

/// Sets an attribute. The names are the islands' own, and every one of them is valid.
pub fn set(element: &Element, name: &str, value: &str) {
    drop(element.set_attribute(name, value));
}

/// Takes an attribute away, if it is there.
pub fn unset(element: &Element, name: &str) {
    drop(element.remove_attribute(name));
}

/// A text as the value of a query.
pub fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
