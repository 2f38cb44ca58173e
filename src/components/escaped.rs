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
    /// Whether something is wrong with it, which stands in its `FieldMessages`.
    #[prop(optional)]
    has_error: bool,
) -> impl IntoView {
    // Browsers drop the first line break after the tag, so that one of the text's own would be lost.
    let text = format!("\n{}", escape(&value));
    view! {
        <textarea
            class="input input-mono"
            id=name.clone()
            name=name.clone()
            rows=rows
            spellcheck="false"
            aria-describedby=has_error.then(|| format!("{name}-error"))
            aria-invalid=has_error.then_some("true")
        >
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
