//! The two places where Leptos 0.8 writes text into HTML without escaping it: `<textarea>` and
//! the page's `<title>`. Nothing else in this project may write either.

use leptos::prelude::*;
use leptos_meta::Title;

/// `&`, `<` and `>` as references, which is all that matters inside these two elements.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The title of the page, with the product's name.
#[component]
pub fn PageTitle(
    /// What the page is about.
    title: String,
) -> impl IntoView {
    view! { <Title text=escape(&format!("{title} · Partner Dashboard"))/> }
}

/// A multi-line text input, escaped.
#[component]
pub fn TextArea(
    /// The name and id of the control.
    #[prop(into)]
    name: String,
    /// The current value, unescaped.
    value: String,
    /// How many lines are seen.
    rows: u32,
) -> impl IntoView {
    // Browsers drop the first line break after the tag, so that one of the text's own would be lost.
    let text = format!("\n{}", escape(&value));
    view! {
        <textarea class="input input-mono" id=name.clone() name=name rows=rows spellcheck="false">
            {text}
        </textarea>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_leave_the_element() {
        assert_eq!(escape("</title><script>&amp;"), "&lt;/title&gt;&lt;script&gt;&amp;amp;");
    }
}
