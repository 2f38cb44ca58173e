//! The saved views of the visitor, with forms to rename and delete them.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::Card;
use crate::domain::saved_view::{LONGEST_NAME, SavedView, ViewedList};
use crate::paths;
use crate::server_fns::saved_views::{DeleteView, RenameView};

/// The list of the person's views.
#[component]
pub(super) fn OwnViews(
    /// The views, by list, then by name.
    views: Vec<SavedView>,
) -> impl IntoView {
    let body = if views.is_empty() {
        view! { <p class="card-foot">"You have no saved views."</p> }.into_any()
    } else {
        view! {
            <table class="table table-rows">
                <caption class="visually-hidden">"Your saved views, by list"</caption>
                <thead>
                    <tr>
                        <th scope="col">"View"</th>
                        <th scope="col">"List"</th>
                        <th scope="col">"New name"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Delete"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{views.into_iter().map(row).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <Card id="saved-views" title="Your saved views">
            <div class="card-body">
                <p class="prose secondary">
                    "A view is a list with its search, filters and order. Nobody else sees yours."
                </p>
            </div>
            {body}
        </Card>
    }
}

fn row(view: SavedView) -> impl IntoView {
    let SavedView { id, list, name, query } = view;
    let list_title = match &list {
        ViewedList::Objects { connection, .. } => format!("{} on {connection}", list.title()),
        ViewedList::Find | ViewedList::AuditLog => list.title().to_owned(),
    };
    view! {
        <tr>
            <th scope="row" class="cell-main">
                <a href=paths::view(&list, &query)>{name.clone()}</a>
            </th>
            <td class="cell-line">{list_title}</td>
            <td class="cell-line">{rename(id, &name)}</td>
            <td class="cell-side">
                <form method="post" action=DeleteView::url()>
                    <input type="hidden" name="id" value=id/>
                    <button class="button button-small" type="submit" title=format!("Delete: {name}")>
                        "Delete"
                    </button>
                </form>
            </td>
        </tr>
    }
}

fn rename(id: i64, name: &str) -> impl IntoView + use<> {
    let control = format!("view-{id}");
    view! {
        <form class="rename-view" method="post" action=RenameView::url()>
            <input type="hidden" name="id" value=id/>
            <label class="visually-hidden" for=control.clone()>
                {format!("New name of {name}")}
            </label>
            <input
                class="input"
                type="text"
                id=control
                name="name"
                value=name.to_owned()
                required
                maxlength=LONGEST_NAME
                autocomplete="off"
            />
            <button class="button button-small" type="submit" title=format!("Rename: {name}")>
                "Rename"
            </button>
        </form>
    }
}
