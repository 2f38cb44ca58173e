//! The logo and the product name.

use leptos::prelude::*;

use crate::paths;

/// The logo and the product name, as a link to the overview.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <a class="brand" href=paths::OVERVIEW>
            <Mark/>
            " Partner Dashboard"
        </a>
    }
}

#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path
                d="M12 2.2 20.5 7v10L12 21.8 3.5 17V7z"
                fill="none"
                stroke="currentColor"
                stroke-width="2.4"
                stroke-linejoin="round"
            ></path>
            <circle cx="12" cy="12" r="3.2" fill="currentColor"></circle>
        </svg>
    }
}
