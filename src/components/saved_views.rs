//! The saved views of a list: links to them, and the form that saves the list as it is shown.

use std::sync::OnceLock;

use leptos::either::Either;
use leptos::prelude::*;

use super::fragment_list::{rendered_for, rendered_once};
use crate::domain::saved_view::{LONGEST_NAME, SavedView, ViewedList};
use crate::paths;

static NAME: OnceLock<String> = OnceLock::new();

/// A button that opens the visitor's views of a list. It works without JavaScript.
#[component]
pub fn SavedViews(
    /// The list.
    list: ViewedList,
    /// Its query as it is shown, without the page: as [`view_query`](crate::domain::saved_view::view_query) writes it.
    query: String,
    /// The visitor's views of this list, by name.
    views: Vec<SavedView>,
    /// Where the form that saves one is sent.
    save: &'static str,
) -> impl IntoView {
    if views.is_empty() {
        let made_for = ["views", list.code(), list.connection(), save, &query].join("\n");
        return Either::Left(rendered_for(&made_for, || menu(&list, query.clone(), views, save)));
    }
    Either::Right(menu(&list, query, views, save))
}

fn menu(list: &ViewedList, query: String, views: Vec<SavedView>, save: &'static str) -> impl IntoView + use<> {
    let manage = format!("{}#saved-views", paths::ACCOUNT);
    let links = links(&query, views);
    view! {
        <details class="saved-views">
            <summary class="button">"Saved views"</summary>
            <div class="saved-views-panel">
                {links}
                <form method="post" action=save>
                    <input type="hidden" name="list" value=list.code()/>
                    <input type="hidden" name="connection" value=list.connection().to_owned()/>
                    <input type="hidden" name="query" value=query/>
                    {rendered_once(&NAME, name)}
                </form>
                <a class="saved-views-manage" href=manage>
                    "Rename or delete views"
                </a>
            </div>
        </details>
    }
}

/// The name of a view, and the button that saves it: the same on every page.
fn name() -> impl IntoView {
    view! {
        <label for="view-name">"Name of this view"</label>
        <input
            class="input"
            type="text"
            id="view-name"
            name="name"
            required
            maxlength=LONGEST_NAME
            autocomplete="off"
            aria-describedby="view-name-hint"
        />
        <p class="hint" id="view-name-hint">
            "Search, filters and order are saved for you alone. The same name replaces."
        </p>
        <button class="button" type="submit">
            "Save this view"
        </button>
    }
}

fn links(query: &str, views: Vec<SavedView>) -> AnyView {
    if views.is_empty() {
        return view! { <p class="secondary">"You have no saved views of this list yet."</p> }.into_any();
    }
    let links = views.into_iter().map(|view| {
        let is_shown = (view.query == query).then_some("true");
        let path = paths::view(&view.list, &view.query);
        view! {
            <li>
                <a href=path aria-current=is_shown>
                    {view.name}
                </a>
            </li>
        }
    });
    view! { <ul class="saved-views-list">{links.collect_view()}</ul> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::object::ObjectKind;

    fn html(query: &str, views: Vec<SavedView>) -> String {
        let list = ViewedList::Objects { connection: "sandbox".to_owned(), kind: ObjectKind::OAuthClient };
        view! { <SavedViews list query=query.to_owned() views save="/save"/> }.to_html()
    }

    #[test]
    fn the_views_of_a_list_are_links_and_the_one_that_is_shown_is_marked() {
        let list = ViewedList::Objects { connection: "sandbox".to_owned(), kind: ObjectKind::OAuthClient };
        let view = |id, name: &str, query: &str| SavedView {
            id,
            list: list.clone(),
            name: name.to_owned(),
            query: query.to_owned(),
        };
        let html = html(
            "state=disabled&q=%22",
            vec![view(1, "<b>", "q=a&state=enabled"), view(2, "Off", "state=disabled&q=%22")],
        );
        assert!(html.contains("href=\"/sandbox/clients?q=a&amp;state=enabled\""), "{html}");
        assert!(html.contains("&lt;b&gt;") && !html.contains("<b>"), "{html}");
        assert_eq!(html.matches("aria-current").count(), 1);
        assert!(html.contains("name=\"query\" value=\"state=disabled&amp;q=%22\""), "{html}");
        assert!(html.contains("name=\"list\" value=\"oauth_client\"") && html.contains("maxlength=\"80\""), "{html}");
    }

    #[test]
    fn a_list_without_views_says_so_and_offers_to_save_one() {
        let html = html("", Vec::new());
        assert!(html.contains("You have no saved views of this list yet."), "{html}");
        assert!(html.contains("method=\"post\" action=\"/save\""), "{html}");
    }
}
