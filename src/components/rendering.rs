//! Views as the text that is sent, without the marks that Leptos leaves for a browser.

use leptos::prelude::*;
use leptos::tachys::view::Position;
use memchr::memmem;

/// What Leptos puts between neighbouring texts.
const MARK: &[u8] = b"<!>";
/// Stands where the rows of a page are to be. No text and no attribute can hold it: `<` is escaped in both.
pub(super) const PLACE_OF_ROWS: &str = "<!rows>";

/// Renders a view at once. `usual_size` is the room that is made for it beforehand, in bytes.
pub(super) fn render(view: impl IntoView, usual_size: usize) -> String {
    let marked = marked(view, usual_size);
    let mut html = String::with_capacity(marked.len());
    push_unmarked(&mut html, &marked);
    html
}

/// A view as Leptos renders it, with its marks.
pub(super) fn marked(view: impl IntoView, usual_size: usize) -> String {
    let mut marked = String::with_capacity(usual_size);
    view.into_view().to_html_with_buf(&mut marked, &mut Position::FirstChild, true, false, Vec::new());
    marked
}

/// Adds what was rendered, without the marks. Leptos puts `<!>` between neighbouring texts, where a browser that takes over
/// the whole page would look for them. Only islands run in the browser, so nothing does, and HTML has no such comment. No
/// text and no attribute can hold one: `<` is escaped in both.
pub(super) fn push_unmarked(html: &mut String, marked: &str) {
    let mut rest = 0;
    for mark in memmem::find_iter(marked.as_bytes(), MARK) {
        html.push_str(&marked[rest..mark]);
        rest = mark + MARK.len();
    }
    html.push_str(&marked[rest..]);
}
