//! `/{connection}/clients`: the clients of all organisations.

use leptos::prelude::*;

use super::super::Address;
use super::super::lists::{ListOfKind, asked, list_page};
use super::table::ClientTable;
use crate::components::{Empty, Html, IconName, Notice, counted, grouped};
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
        "No matching clients",
        "Names and return URLs can match in part. Enter the full ID or scope. Try fewer filters.",
    ],
    count: |list| {
        let organisations = counted(list.coverage.read.into(), "organisation");
        format!("{} in {organisations}", counted(list.total, "client"))
    },
    table: |connection, _, rows| {
        view! { <ClientTable connection=connection.to_owned() rows with_organisation=true/> }.into_any()
    },
    empty: |connection, list| empty(connection, list).into_any(),
    actions: |_, _| None,
    notice: |list| (!list.coverage.is_whole()).then(|| missing(list.coverage).into_any()),
    stale_advice: "Refresh in a moment to try again.",
};

/// The list of the clients of all organisations, with filters.
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
    let (title, description) = if list.coverage.is_whole() {
        (
            "No clients yet",
            "A client is an application that signs users in with OneID. It belongs to an organisation: open one to \
             create its first client.",
        )
    } else {
        ("No clients loaded yet", "This connection may have clients. Refresh in a moment to load them.")
    };
    let class = if list.coverage.is_whole() { "button button-primary" } else { "button" };
    let path = paths::organisations(connection);
    view! {
        <Empty icon=IconName::Key title description>
            <a class=class href=path>
                "Organisations"
            </a>
        </Empty>
    }
}

/// What is not in the list, and what to do about it.
fn missing(coverage: Coverage) -> impl IntoView {
    let of = grouped(coverage.of.into());
    let text = if coverage.failed > 0 {
        format!("The clients of {} of {of} organisations could not be loaded.", grouped(coverage.failed.into()))
    } else {
        format!("The clients of {} of {of} organisations have been loaded so far.", grouped(coverage.read.into()))
    };
    view! {
        <Notice tone=Tone::Warning>
            <p>
                <strong>{text} " "</strong>
                "OneID lists clients one organisation at a time. Refresh to load more."
            </p>
        </Notice>
    }
}
