//! `/{connection}/organisations`: the tree, or what a search finds.

use leptos::prelude::*;

use super::super::Address;
use super::super::lists::{ListOfKind, asked, list_page};
use super::super::permission::EditButton;
use super::table::table;
use crate::components::{Empty, Html, IconName, counted};
use crate::domain::list::OrganisationList;
use crate::domain::object::ObjectKind;
use crate::domain::staleness::Staleness;
use crate::domain::views::OrganisationRow;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::organisations::list_organisations;

const LIST: ListOfKind<OrganisationRow> = ListOfKind {
    kind: ObjectKind::Organisation,
    icon: IconName::Tree,
    placeholder: "Name, ID or scope",
    production: ["Production access", "Production", "Sandbox only"],
    no_match: ["No matching organisations", "Names can match in part. Enter the full ID or scope. Try fewer filters."],
    count: |list| counted(list.total, "organisation"),
    table: |connection, query, rows| table(connection, query, rows).into_any(),
    empty: |connection, list| empty(connection, list).into_any(),
    actions: |connection, list| Some(create_button(connection, list, "Create organisation", true).into_any()),
    notice: |_| None,
    stale_advice: "You cannot make changes until it responds.",
};

/// The list of organisations.
///
/// # Errors
/// When it cannot be read, or the person may not see it.
pub async fn list(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    let list = list_organisations(connection.clone(), asked(&address)).await?;
    Ok(list_page(&connection, list, &LIST))
}

fn create_button(
    connection: &str,
    list: &OrganisationList,
    label: &'static str,
    is_primary: bool,
) -> impl IntoView + use<> {
    let refusal = list.stale.as_ref().map(Staleness::refusal);
    let path = paths::new_object(connection, ObjectKind::Organisation, None);
    view! { <EditButton connection=connection.to_owned() path label refusal is_primary/> }
}

fn empty(connection: &str, list: &OrganisationList) -> impl IntoView + use<> {
    let create = create_button(connection, list, "Create the first organisation", false);
    view! {
        <Empty
            icon=IconName::Tree
            title="No organisations yet"
            description="An organisation is a customer you integrate. It has its own products, scopes and clients."
        >
            {create}
        </Empty>
    }
}
