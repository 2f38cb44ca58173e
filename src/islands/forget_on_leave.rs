//! Takes a secret out of a page that is left: the browser may keep the page as it is, for the way back.

use leptos::prelude::*;

#[cfg(not(feature = "hydrate"))]
use super::asleep as wake;

/// Removes the section that it stands in when the page is left.
#[island]
pub fn ForgetOnLeave() -> impl IntoView {
    view! { <span hidden use:wake></span> }
}

#[cfg(feature = "hydrate")]
fn wake(mark: web_sys::Element) {
    use super::dom::{listen, nearest};

    let (Some(section), Some(window)) = (nearest(&mark, "section"), web_sys::window()) else {
        return;
    };
    listen(&window, "pagehide", move |_| section.remove());
}
