//! `/{connection}/clients`: the clients of all organisations.

use leptos::prelude::*;

use super::super::Address;
use super::super::lists::{ListOfKind, asked, list_page};
use super::table::ClientTable;
use crate::components::{Empty, Html, IconName, Notice, grouped};
use crate::domain::list::{Coverage, OAuthClientList};
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::review::ObjectReference;
use crate::domain::shell::Tone;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::oauth_clients::list_oauth_clients;

const LIST: ListOfKind<(OAuthClient, Option<ObjectReference>)> = ListOfKind {
    kind: ObjectKind::OAuthClient,
    icon: IconName::Key,
    placeholder: "Name, ID, return URL or scope",
    production: ["Environment", "Production", "Sandbox"],
    no_match: [
        "No client matches",
        "Names and return URLs are searched in part; IDs and scopes must be whole. Try fewer filters.",
    ],
    count: |list| format!("{} clients of {} organisations", grouped(list.total), grouped(list.coverage.read.into())),
    table: |connection, _, rows| {
        view! { <ClientTable connection=connection.to_owned() rows with_organisation=true/> }.into_any()
    },
    empty: |connection, list| empty(connection, list).into_any(),
    actions: |_, _| None,
    notice: |list| (!list.coverage.is_whole()).then(|| missing(list.coverage).into_any()),
    stale_advice: "Refresh in a moment to see its answer.",
};

/// The list of clients.
///
/// # Errors
/// When it cannot be read, or the person may not see it.
pub async fn list(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    let list = list_oauth_clients(connection.clone(), asked(&address)).await?;
    Ok(list_page(&connection, list, &LIST))
}

/// No clients, or none that could be read.
fn empty(connection: &str, list: &OAuthClientList) -> impl IntoView + use<> {
    let (title, words) = if list.coverage.is_whole() {
        (
            "No clients yet",
            "A client is one application that signs people in with OneID. It always belongs to an organisation: open \
             one to create its first client.",
        )
    } else {
        ("No clients have been read", "This connection may have some. Refresh in a moment to see them.")
    };
    let class = if list.coverage.is_whole() { "button button-primary" } else { "button" };
    let path = paths::organisations(connection);
    view! {
        <Empty icon=IconName::Key title words>
            <a class=class href=path>
                "Organisations"
            </a>
        </Empty>
    }
}

/// What is not in the list, and what to do about it.
fn missing(coverage: Coverage) -> impl IntoView {
    let of = grouped(coverage.of.into());
    let words = if coverage.failed > 0 {
        format!("The clients of {} of {of} organisations could not be read.", grouped(coverage.failed.into()))
    } else {
        format!("The clients of {} of {of} organisations have been read so far.", grouped(coverage.read.into()))
    };
    view! {
        <Notice tone=Tone::Warning>
            <p>
                <strong>{words} " "</strong>
                "OneID gives clients one organisation at a time. Reading goes on: refresh to load more."
            </p>
        </Notice>
    }
}
