//! A block of code or another long text, to be copied.

use leptos::prelude::*;

use crate::islands::CopyButton;

/// A text as it is, below its title and a button that copies it. It can be scrolled with the keyboard.
#[component]
pub fn CodeBlock(
    /// The id; unique on the page.
    id: &'static str,
    /// What the text is, such as "Authorize URL" or the name of a file.
    #[prop(into)]
    title: String,
    /// The text.
    text: String,
    /// Whether long lines are broken, where lines mean nothing.
    #[prop(optional)]
    wraps: bool,
) -> impl IntoView {
    let class = if wraps { "code-block code-block-wraps" } else { "code-block" };
    view! {
        <div class="code">
            <div class="code-head">
                <span>{title.clone()}</span>
                <CopyButton text=text.clone() label=title.clone()/>
            </div>
            <pre class=class id=id role="group" tabindex="0" aria-label=title>{text}</pre>
        </div>
    }
}
