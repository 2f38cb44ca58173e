//! What a form offers follows the parent that is chosen in it. Without JavaScript a button sends the form, which comes back
//! with what the chosen parent allows; with it, the choice is enough.

#[cfg(feature = "hydrate")]
mod follower;
#[cfg(feature = "hydrate")]
mod offer;

use leptos::prelude::*;

#[cfg(not(feature = "hydrate"))]
use super::asleep as wake;

/// The button, for the form that it stands in.
#[component]
pub fn FollowParent(
    /// The name of the field with the parent.
    field: &'static str,
    /// The path of a form for a new object below a parent; the ID of the parent is appended.
    form_below: String,
    /// The path of a form for a new object without a parent.
    form_without: String,
    /// Why a value is marked that is not among those that are offered for the chosen parent.
    flag: &'static str,
) -> impl IntoView {
    view! {
        <FollowParentIsland>
            <div data-follows=field data-form-below=form_below data-form-without=form_without data-flag=flag>
                <button class="button" type="submit" name="find" value=field>
                    "Update available values"
                </button>
                <p class="hint" role="status"></p>
            </div>
        </FollowParentIsland>
    }
}

/// Wakes once its children are there.
#[island]
fn FollowParentIsland(children: Children) -> impl IntoView {
    view! {
        {children()}
        <span hidden use:wake></span>
    }
}

#[cfg(feature = "hydrate")]
fn wake(mark: web_sys::Element) {
    use std::rc::Rc;

    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    use web_sys::{HtmlInputElement, XmlHttpRequest};

    use super::dom::listen;

    let (Some(follower), Ok(request)) = (follower::Follower::of(&mark).map(Rc::new), XmlHttpRequest::new()) else {
        return;
    };
    let (asked, told) = (request.clone(), follower.clone());
    let done = Closure::<dyn Fn()>::new(move || told.answered(&asked));
    request.set_onloadend(Some(done.into_js_value().unchecked_ref()));
    follower.begin(&request);
    listen(&follower.form.clone(), "input", move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if target.is_some_and(|target| target.name() == follower.field) {
            follower.follow(&request);
        }
    });
}
