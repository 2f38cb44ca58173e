//! The sign-out button.

use leptos::prelude::*;

use crate::paths;

/// A button that ends the session: a form that posts, because a link must not sign anyone out.
#[component]
pub fn SignOut(
    /// The classes of the button.
    class: &'static str,
) -> impl IntoView {
    view! {
        <form method="post" action=paths::SIGN_OUT>
            <button class=class type="submit">
                "Sign out"
            </button>
        </form>
    }
}
