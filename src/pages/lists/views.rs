//! The saved views of a list, beside its filters.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::components::SavedViews;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::saved_view::{SavedView, ViewedList};
use crate::server_fns::saved_views::{SaveView, saved_views_of};

/// The person's own views of a list; `None` when they cannot be read, which must not keep anybody from the list.
pub(in crate::pages) async fn own_views(connection: &str, kind: ObjectKind) -> Option<Vec<SavedView>> {
    saved_views_of(kind.code().to_owned(), connection.to_owned()).await.ok()
}

/// The button that opens them, and saves what is shown as another one.
pub(super) fn views(
    connection: &str,
    kind: ObjectKind,
    query: &ObjectQuery,
    views: Vec<SavedView>,
) -> impl IntoView + use<> {
    let list = ViewedList::Objects { connection: connection.to_owned(), kind };
    let query = query.clone().at_cursor(None).to_string();
    view! { <SavedViews list query views save=SaveView::url()/> }
}
