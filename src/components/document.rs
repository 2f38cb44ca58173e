//! The HTML document around every page, and a page as the bytes that are sent.

use leptos::prelude::*;

use super::fragment_list::{FragmentList, rendered_for};
use super::rendering::{PLACE_OF_ROWS, marked, push_unmarked, render};
use crate::domain::connection::{ConnectionSummary, Environment};
use crate::islands::START;

/// Room that is made for a page beforehand, without its rows, in bytes.
const USUAL_SIZE: usize = 48 * 1024;

/// A rendered page, from `<!DOCTYPE html>` to `</html>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html(pub String);

impl Html {
    /// Renders a page at once. What it shows must be there: nothing is waited for, and nothing follows later.
    pub fn of(document: impl IntoView) -> Self {
        Self(render(document, USUAL_SIZE))
    }

    /// Renders a page in which rows have their place ([`FragmentList::place`]): most of its bytes, and copied once.
    pub fn with_rows(document: impl IntoView, rows: &FragmentList) -> Self {
        let frame = marked(document, USUAL_SIZE);
        let (before, after) = frame.split_once(PLACE_OF_ROWS).unwrap_or((&frame, ""));
        let mut html = String::with_capacity(frame.len() + rows.len());
        push_unmarked(&mut html, before);
        rows.push_to(&mut html);
        push_unmarked(&mut html, after);
        Self(html)
    }
}

/// What the document needs to start the islands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Islands {
    /// Allows the one script of the page (Content Security Policy).
    pub nonce: String,
}

/// The document. The browser loads one style sheet and, where there are islands, one module.
#[component]
pub fn Document<C: IntoView + 'static>(
    /// The title, for the browser's tab; the connection and the product's name are added.
    title: String,
    /// The connection of the page, for its title and its icon.
    #[prop(optional_no_strip)]
    of: Option<ConnectionSummary>,
    /// What stands before the addresses of style sheet and module.
    assets: String,
    /// Set where the page has islands.
    #[prop(optional_no_strip)]
    islands: Option<Islands>,
    /// Where the browser goes at once, if anywhere. It may hold a secret, so it is never part of what is kept of the head.
    #[prop(optional_no_strip)]
    leads_to: Option<String>,
    /// The content of the body. Its type is kept: erased, each of its texts would be copied.
    children: TypedChildren<C>,
) -> impl IntoView {
    let body = children.into_inner()();
    let module = format!("{assets}/pkg/partner-dashboard.js");
    let binary = format!("{assets}/pkg/partner-dashboard.wasm");
    let icon = icon(of.as_ref().map(|of| of.environment));
    let title = of.map_or_else(|| title.clone(), |of| format!("{title} · {}", of.title()));
    let made_for = ["head", if islands.is_some() { "islands" } else { "" }, &assets, icon, &title].join("\n");
    let files = islands.is_some().then_some([&module, &binary]);
    let head = rendered_for(&made_for, || head(&title, icon, &assets, files));
    let start = islands.map(|Islands { nonce }| {
        let script = format!("{START}({module:?}, {binary:?});");
        view! {
            <script type="module" nonce=nonce>
                {script}
            </script>
        }
    });
    let leave = leads_to.map(|address| view! { <meta http-equiv="refresh" content=format!("0; url={address}")/> });
    view! {
        <!DOCTYPE html>
        <html lang="en-GB">
            <head>{head} {leave} {start}</head>
            <body>{body}</body>
        </html>
    }
}

/// The icon of a page: that of an environment bears its shape.
const fn icon(environment: Option<Environment>) -> &'static str {
    match environment {
        None => "/favicon.svg",
        Some(Environment::Sandbox) => "/favicon-sandbox.svg",
        Some(Environment::Production) => "/favicon-production.svg",
    }
}

/// What is in the head of the document, but for the script. The files of the islands are a module and its binary.
fn head(title: &str, icon: &'static str, assets: &str, islands: Option<[&String; 2]>) -> impl IntoView + use<> {
    let islands = islands.map(|[module, binary]| {
        view! {
            <link rel="modulepreload" href=module.clone()/>
            <link
                rel="preload"
                href=binary.clone()
                r#as="fetch"
                r#type="application/wasm"
                crossorigin="anonymous"
            />
        }
    });
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <title>{format!("{title} · Partner Dashboard")}</title>
        <link rel="icon" href=icon type="image/svg+xml"/>
        <link rel="stylesheet" href=format!("{assets}/pkg/partner-dashboard.css")/>
        {islands}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &'static str) -> String {
        let document = view! {
            <Document title=text.to_owned() assets="/pkg/1".to_owned()>
                <p title=text>{text} {text}</p>
                {None::<String>}
            </Document>
        };
        Html::of(document).0
    }

    #[test]
    fn a_text_that_looks_like_a_marker_of_the_renderer_is_kept() {
        let html = page("a<!>b\"<!---->");
        assert!(html.contains("a&lt;!&gt;b\"&lt;!----&gt;a&lt;!&gt;b\"&lt;!----&gt;</p>"), "{html}");
        assert!(html.contains("<title>a&lt;!&gt;b\"&lt;!----&gt; · Partner Dashboard</title>"), "{html}");
        assert!(html.contains("title=\"a&lt;!&gt;b&quot;&lt;!----&gt;\""), "{html}");
    }

    #[test]
    fn rows_stand_in_their_place_and_nowhere_else() {
        let mut rows = FragmentList::with_room_for(2);
        rows.push(view! { <tr><td>{"a<!rows>"} {"b"}</td></tr> });
        let place = rows.place();
        let html = Html::with_rows(view! { <p title="<!rows>">"<!rows>" "c"</p><table>{place}</table> }, &rows).0;
        let text = "<p title=\"&lt;!rows&gt;\">&lt;!rows&gt;c</p>";
        assert_eq!(html, [text, "<table><tr><td>a&lt;!rows&gt;b</td></tr></table>"].concat());
    }

    #[test]
    fn an_address_to_go_to_stands_in_its_attribute_and_nowhere_else() {
        let address = "https://login.example/end?a=1&b=\"><script>".to_owned();
        let document = view! {
            <Document title="a".to_owned() assets="/pkg/1".to_owned() leads_to=Some(address)>
                <p>"b"</p>
            </Document>
        };
        let html = Html::of(document).0;
        let content = "0; url=https://login.example/end?a=1&amp;b=&quot;&gt;&lt;script&gt;";
        assert!(html.contains(&format!("<meta http-equiv=\"refresh\" content=\"{content}\"")), "{html}");
        assert!(!page("a").contains("refresh"), "of what is kept of a head, it is no part");
    }

    #[test]
    fn nothing_stands_outside_the_document_and_no_marker_within_it() {
        let html = page("a");
        assert!(html.starts_with("<!DOCTYPE html><html") && html.ends_with("</body></html>"), "{html}");
        assert!(!html.contains("<!>") && !html.contains("<!--"), "{html}");
    }
}
