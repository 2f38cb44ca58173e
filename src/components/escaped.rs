//! The one element in which Leptos 0.8 does not escape text: `<textarea>`. Nothing else in this project may write one.

use leptos::prelude::*;

/// `&`, `<` and `>` as references, which is all that matters inside the element.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
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
