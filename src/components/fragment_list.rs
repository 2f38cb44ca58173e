//! Rows of a table, or entries of a list, as HTML: each is rendered once and used by every page that shows it.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, OnceLock};

use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use time::OffsetDateTime;

use super::rendering::{PLACE_OF_ROWS, render};
use super::shell::shell;
use crate::domain::fragment::Fragment;
use crate::domain::shell::Shell;
use crate::domain::time_format::relative;

/// Room that is made for one of them beforehand, in bytes.
const USUAL_SIZE: usize = 1_024;
/// The most parts of frames that are kept.
const MOST_KEPT: usize = 256;

/// Rows or entries, one after another, as the inner HTML of what they are in. Only views can be put into it, and these
/// escape what they show.
#[derive(Debug)]
pub struct FragmentList {
    parts: Vec<Part>,
    /// The page; `None` outside one.
    shell: Option<Arc<Shell>>,
}

#[derive(Debug)]
enum Part {
    Own(String),
    Once(&'static str),
    Kept(Arc<str>),
}

impl Part {
    fn html(&self) -> &str {
        match self {
            Self::Own(html) => html,
            Self::Once(html) => html,
            Self::Kept(html) => html,
        }
    }
}

impl FragmentList {
    /// A list with room for so many fragments.
    pub fn with_room_for(fragments: usize) -> Self {
        Self { parts: Vec::with_capacity(fragments), shell: shell() }
    }

    /// Adds one that is not kept.
    pub fn push(&mut self, view: impl IntoView) {
        self.parts.push(Part::Own(render(view, USUAL_SIZE)));
    }

    /// Adds one that is the same on every page.
    pub fn push_once<V: IntoView>(&mut self, html: &'static OnceLock<String>, view: impl FnOnce() -> V) {
        self.parts.push(Part::Once(rendered(html, view)));
    }

    /// Adds one that may say how long ago it was changed. `made_for` is what else it depends on, besides its data.
    pub fn push_kept<Data, V: IntoView>(
        &mut self,
        fragment: &Fragment<Data>,
        changed_at: Option<OffsetDateTime>,
        made_for: &str,
        view: impl FnOnce(&Data) -> V,
    ) {
        let ago = changed_at.zip(self.shell.as_ref()).map(|(at, shell)| relative(&shell.times, shell.now, at));
        let made_for = ago.map_or(Cow::Borrowed(made_for), |ago| Cow::Owned([&ago, " ", made_for].concat()));
        self.parts.push(Part::Kept(fragment.html(&made_for, |data| render(view(data), USUAL_SIZE))));
    }

    /// How many bytes they have.
    pub(super) fn len(&self) -> usize {
        self.parts.iter().map(|part| part.html().len()).sum()
    }

    /// Writes them one after another.
    pub(super) fn push_to(&self, html: &mut String) {
        self.parts.iter().for_each(|part| html.push_str(part.html()));
    }

    /// Their place in a page that is made by [`Html::with_rows`](super::document::Html::with_rows).
    pub fn place(&self) -> InertElement {
        InertElement::new(PLACE_OF_ROWS)
    }

    /// The fragments as they are.
    pub fn into_element(self) -> InertElement {
        let mut html = String::with_capacity(self.len());
        self.push_to(&mut html);
        InertElement::new(html)
    }
}

/// What is the same on every page, rendered for the first of them.
pub(super) fn rendered_once<V: IntoView>(html: &'static OnceLock<String>, view: impl FnOnce() -> V) -> InertElement {
    InertElement::new(rendered(html, view))
}

/// What depends on nothing but `made_for`, whose first part says what it is. If it was rendered for the same before, that is
/// used again. Some hundred of such parts are kept, those with a long `made_for` not among them. None may hold another.
pub(crate) fn rendered_for<V: IntoView>(made_for: &str, view: impl FnOnce() -> V) -> InertElement {
    static SLOTS: OnceLock<Vec<Fragment<()>>> = OnceLock::new();
    let slots = SLOTS.get_or_init(|| std::iter::repeat_with(|| Fragment::from(())).take(MOST_KEPT).collect());
    let mut hasher = DefaultHasher::new();
    made_for.hash(&mut hasher);
    let place = usize::try_from(hasher.finish() % MOST_KEPT as u64).unwrap_or_default();
    InertElement::new(slots[place].html(made_for, |()| render(view(), USUAL_SIZE)).to_string())
}

fn rendered<V: IntoView>(html: &'static OnceLock<String>, view: impl FnOnce() -> V) -> &'static str {
    html.get_or_init(|| render(view(), USUAL_SIZE))
}

#[cfg(test)]
mod tests {
    use leptos::tachys::view::Position;

    use super::*;

    #[test]
    fn a_part_is_rendered_again_for_something_else_alone() {
        let render = |name: &str, text: &'static str| {
            let mut html = String::new();
            let part = rendered_for(&["test", name].join("\n"), || view! { <p>{text}</p> });
            part.to_html_with_buf(&mut html, &mut Position::FirstChild, true, false, Vec::new());
            html
        };
        assert_eq!(render("a", "<1>"), "<p>&lt;1&gt;</p>");
        assert_eq!(render("a", "2"), "<p>&lt;1&gt;</p>", "it is kept");
        assert_eq!(render("b", "3"), "<p>3</p>");
    }

    #[test]
    fn rows_stand_one_after_another_and_escape_what_they_show() {
        let mut rows = FragmentList::with_room_for(3);
        rows.push(view! { <tr><td title="<i>">{"<b>"} {"&"}</td></tr> });
        let kept = Fragment::from("</tbody><script>");
        for _ in 0..2 {
            rows.push_kept(&kept, None, "", |text| view! { <tr><td>{*text}</td></tr> });
        }
        let mut html = String::new();
        rows.push_to(&mut html);
        insta::assert_snapshot!(
            html,
            @r#"<tr><td title="&lt;i&gt;">&lt;b&gt;&amp;</td></tr><tr><td>&lt;/tbody&gt;&lt;script&gt;</td></tr><tr><td>&lt;/tbody&gt;&lt;script&gt;</td></tr>"#
        );
    }
}
