//! `/{connection}/clients`: the clients of all organisations.

use leptos::prelude::*;

use super::super::Address;
use super::super::lists::{ListOfKind, Order, Shown, asked, branch_search, list_page, own_views};
use super::super::permission::EditButton;
use super::table::{client_row, client_table};
use crate::components::{Empty, FragmentList, Html, IconName};
use crate::domain::fragment::Fragment;
use crate::domain::listing::Listing;
use crate::domain::object::ObjectKind;
use crate::domain::rows::OAuthClientRow;
use crate::domain::staleness::Staleness;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::oauth_clients::list_oauth_clients;

/// The list of clients.
struct Clients;

impl ListOfKind for Clients {
    type Row = Fragment<OAuthClientRow>;
    const KIND: ObjectKind = ObjectKind::OAuthClient;
    const ICON: IconName = IconName::Key;
    const NO_MATCH: [&'static str; 2] =
        ["No matching clients", "Words are found by their beginning. Enter the full ID or scope. Try fewer filters."];
    const STALE_ADVICE: &'static str = "Refresh in a moment to try again.";

    fn table(connection: &str, shown: &Shown, rows: Vec<Self::Row>) -> (impl IntoView + use<>, FragmentList) {
        let mut html = FragmentList::with_room_for(rows.len());
        for row in &rows {
            html.push_kept(row, row.changed_at, "", |row| client_row(connection, row, true));
        }
        (client_table(html.place(), Some(&Order::of(connection, Self::KIND, shown))), html)
    }

    fn empty(connection: &str, listing: &Listing<()>) -> AnyView {
        empty(connection, listing).into_any()
    }

    fn actions(connection: &str, listing: &Listing<()>) -> Option<AnyView> {
        let refusal = listing.age.stale.as_ref().map(Staleness::refusal);
        let path = paths::new_object(connection, Self::KIND, None);
        let connection = connection.to_owned();
        Some(view! { <EditButton connection path label="Create client" refusal is_primary=true/> }.into_any())
    }
}

/// The list of the clients of all organisations, with filters.
///
/// # Errors
/// When it cannot be read, or the person may not see it.
pub async fn list(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    let listing = list_oauth_clients(connection.clone(), asked(&address)).await?;
    let views = own_views(&connection, ObjectKind::OAuthClient).await;
    let choosing = branch_search(Some(&connection), &address).await;
    Ok(list_page::<Clients>(&connection, listing, None, views, &choosing))
}

/// No clients, or none that could be read.
fn empty(connection: &str, listing: &Listing<()>) -> impl IntoView + use<> {
    let is_whole = listing.age.filling.is_none();
    let (title, description, class) = if is_whole {
        (
            "No clients yet",
            "A client is an application that signs users in with OneID. It belongs to an organisation: open one to \
             create its first client.",
            "button button-primary",
        )
    } else {
        (
            "No clients loaded yet",
            "This connection may have clients. They are listed as soon as they have been loaded.",
            "button",
        )
    };
    let path = paths::organisations(connection);
    view! {
        <Empty icon=IconName::Key title description>
            <a class=class href=path>
                "Organisations"
            </a>
        </Empty>
    }
}
