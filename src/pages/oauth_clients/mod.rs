//! Pages about clients.

mod controls;
mod detail;
mod form;
mod list;
mod secret;
mod table;

use leptos::prelude::*;

use crate::components::Crumb;
use crate::domain::field::ObjectKind;
use crate::domain::review::ObjectReference;
use crate::paths;

pub use detail::OAuthClientPage;
pub use form::{EditOAuthClientPage, NewOAuthClientPage};
pub use list::OAuthClientsPage;
pub(super) use table::ClientTable;

/// The way to a client's page: through its organisation where that is known.
pub(super) fn crumbs(connection: &str, organisation: Option<&ObjectReference>) -> Vec<Crumb> {
    match organisation {
        Some(organisation) => vec![
            Crumb::to("Organisations", paths::organisations(connection)),
            Crumb::to(&organisation.name, paths::organisation(connection, &organisation.id)),
        ],
        None => vec![Crumb::to("Clients", paths::clients(connection))],
    }
}

/// `/{connection}/clients/{id}/history`
#[component]
pub fn OAuthClientHistoryPage() -> impl IntoView {
    super::organisations::history_page(ObjectKind::OAuthClient)
}
