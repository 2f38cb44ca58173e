//! `/{connection}/clients`: the clients of all organisations.

use leptos::prelude::*;

use super::super::Address;
use super::super::lists::{ListOfKind, asked, list_page};
use super::table::ClientTable;
use crate::components::{Empty, Html, IconName, Notice, counted, grouped};
use crate::domain::list::{Coverage, ListQuery, OAuthClientList};
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::reference::ObjectReference;
use crate::domain::shell::Tone;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::oauth_clients::list_oauth_clients;

/// The list of clients.
struct Clients;

impl ListOfKind for Clients {
    type Row = (OAuthClient, Option<ObjectReference>);
    const KIND: ObjectKind = ObjectKind::OAuthClient;
    const ICON: IconName = IconName::Key;
    const PLACEHOLDER: &'static str = "Name, ID, return URL or scope";
    const PRODUCTION: [&'static str; 3] = ["Environment", "Production", "Sandbox"];
    const NO_MATCH: [&'static str; 2] = [
        "No matching clients",
        "Names and return URLs can match in part. Enter the full ID or scope. Try fewer filters.",
    ];
    const STALE_ADVICE: &'static str = "Refresh in a moment to try again.";

    fn count(list: &OAuthClientList) -> String {
        let organisations = counted(list.coverage.read.into(), "organisation");
        format!("{} in {organisations}", counted(list.total, "client"))
    }

    fn table(connection: &str, _: &ListQuery, rows: Vec<Self::Row>) -> impl IntoView + use<> {
        view! { <ClientTable connection=connection.to_owned() rows with_organisation=true/> }
    }

    fn empty(connection: &str, list: &OAuthClientList) -> AnyView {
        empty(connection, list).into_any()
    }

    fn notice(list: &OAuthClientList) -> Option<AnyView> {
        (!list.coverage.is_whole()).then(|| missing(list.coverage).into_any())
    }
}

/// The list of the clients of all organisations, with filters.
///
/// # Errors
/// When it cannot be read, or the person may not see it.
pub async fn list(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    let list = list_oauth_clients(connection.clone(), asked(&address)).await?;
    Ok(list_page::<Clients>(&connection, list))
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
