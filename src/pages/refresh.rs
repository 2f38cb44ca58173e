//! The button that refreshes a list. It posts, so that no link and no other site can do it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::rendered_for;
use crate::domain::object::ObjectKind;
use crate::server_fns::connections::RefreshConnection;

/// A button that looks like a link, beside how old a list is.
#[component]
pub(super) fn Refresh(
    /// The connection's name.
    connection: String,
    /// The list to return to.
    list: ObjectKind,
) -> impl IntoView {
    rendered_for(&["refresh", &connection, list.collection()].join("\n"), || button(connection.clone(), list))
}

fn button(connection: String, list: ObjectKind) -> impl IntoView {
    view! {
        <form class="refresh" method="post" action=RefreshConnection::url()>
            <input type="hidden" name="connection" value=connection/>
            <input type="hidden" name="list" value=list.collection()/>
            <button class="link-button" type="submit">
                "Refresh"
            </button>
        </form>
    }
}
