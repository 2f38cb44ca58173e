//! Keeps a page up to date while it is open: every few seconds the same page is asked for, and the
//! parts that say something else are replaced. When one of them is gone, the page is loaded anew. Without JavaScript the page stays as it was loaded.

use leptos::prelude::*;

/// What an open page says once the server answers that nobody is signed in.
pub(super) const SESSION_ENDED: &str = "Your session has ended. Reload this page to sign in.";

/// Updates the parts of the page that have `data-live`, and shows a notice when that fails.
#[island]
pub fn LiveRegion() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::keep_fresh();
    view! {
        <span role="status">
            <span id="live-trouble" hidden=true>
                " · Updates paused: the dashboard is not responding. Trying again."
            </span>
            <span id="live-ended" hidden=true>
                " · "
                <span>{SESSION_ENDED}</span>
            </span>
        </span>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    use web_sys::{Document, Element, Window, XmlHttpRequest, XmlHttpRequestResponseType};

    use crate::domain::shell::{BACKGROUND_REQUEST, IN_BACKGROUND};

    const EVERY_MS: i32 = 5_000;
    const TIMEOUT_MS: u32 = 10_000;

    /// Asks from now on. The closures live as long as the page does.
    pub(super) fn keep_fresh() {
        let (Some(window), Ok(request)) = (web_sys::window(), XmlHttpRequest::new()) else {
            return;
        };
        let answered = {
            let request = request.clone();
            Closure::<dyn Fn()>::new(move || take(&request))
        };
        request.set_onloadend(Some(answered.as_ref().unchecked_ref()));
        answered.forget();
        let tick = Closure::<dyn Fn()>::new(move || ask(&request));
        // A page without a timer stays as it is.
        let _ = window.set_interval_with_callback_and_timeout_and_arguments_0(tick.as_ref().unchecked_ref(), EVERY_MS);
        tick.forget();
    }

    fn document() -> Option<Document> {
        web_sys::window().as_ref().and_then(Window::document)
    }

    /// Whether the last answer was that nobody is signed in any more.
    fn has_ended(request: &XmlHttpRequest) -> bool {
        request.status() == Ok(401)
    }

    /// Requests this page again, unless it is hidden, a response is still pending, or the session has ended.
    fn ask(request: &XmlHttpRequest) {
        let is_waiting = (XmlHttpRequest::OPENED..XmlHttpRequest::DONE).contains(&request.ready_state());
        if is_waiting || has_ended(request) || document().is_none_or(|document| document.hidden()) {
            return;
        }
        if request.open("GET", "").is_ok() {
            // Nobody has to be there for it, so that it does not keep the session.
            drop(request.set_request_header(BACKGROUND_REQUEST, IN_BACKGROUND));
            request.set_response_type(XmlHttpRequestResponseType::Document);
            // Whatever a proxy answers is read as a page: as XML it would become an error page with styles.
            drop(request.override_mime_type("text/html"));
            request.set_timeout(TIMEOUT_MS);
            // A failure ends in `take` too.
            drop(request.send());
        }
    }

    /// Replaces what has changed. Nothing is replaced while text is selected, so that it can be copied.
    fn take(request: &XmlHttpRequest) {
        let Some(page) = document() else {
            return;
        };
        let fresh = request.response_xml().ok().flatten().filter(|_| request.status() == Ok(200));
        let has_ended = has_ended(request);
        for (id, is_hidden) in [("live-trouble", fresh.is_some() || has_ended), ("live-ended", !has_ended)] {
            if let Some(notice) = page.get_element_by_id(id) {
                // Neither name nor value can be refused.
                let _ = notice.toggle_attribute_with_force("hidden", is_hidden);
            }
        }
        let is_selecting = page.get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
        let (Some(fresh), false) = (fresh, is_selecting) else {
            return;
        };
        let Ok(parts) = page.query_selector_all("[data-live]") else {
            return;
        };
        let mut is_over = false;
        for index in 0..parts.length() {
            let Some(part) = parts.item(index).and_then(|node| node.dyn_into::<Element>().ok()) else {
                continue;
            };
            let Some(markup) = fresh.get_element_by_id(&part.id()).map(|part| part.inner_html()) else {
                is_over = true;
                continue;
            };
            if markup != part.inner_html() {
                part.set_inner_html(&markup);
            }
        }
        if is_over && !is_busy(&page) {
            reload();
        }
    }

    /// Whether the person is at something that a new page would take away: a control in the content, or an open menu.
    fn is_busy(page: &Document) -> bool {
        let is_open = page.query_selector("details[open]").is_ok_and(|open| open.is_some());
        let is_control = |active: Element| active.matches("a, button, input, select, textarea, summary") == Ok(true);
        is_open || page.active_element().is_some_and(is_control)
    }

    /// The page has become another one: what was waited for is there.
    fn reload() {
        if let Some(window) = web_sys::window() {
            drop(window.location().reload());
        }
    }
}
