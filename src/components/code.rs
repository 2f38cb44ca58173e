//! A block of code or another long text, to be copied.

use leptos::prelude::*;

use crate::islands::CopyButton;

/// A text as it is, with a button that copies it. It can be scrolled with the keyboard.
#[component]
pub fn CodeBlock(
    /// The id; unique on the page.
    id: &'static str,
    /// What the text is, such as "the proof".
    #[prop(into)]
    label: String,
    /// The text.
    text: String,
    /// Whether long lines are broken, where lines mean nothing.
    #[prop(optional)]
    wraps: bool,
) -> impl IntoView {
    let class = if wraps { "code-block code-block-wraps" } else { "code-block" };
    view! {
        <div class="code">
            <pre class=class id=id role="group" tabindex="0" aria-label=label.clone()>{text.clone()}</pre>
            <CopyButton text label/>
        </div>
    }
}
