//! `/{connection}/organisations`: the tree, or what a search finds.

use leptos::prelude::*;

use super::super::Address;
use super::super::lists::{ListOfKind, asked, list_page};
use super::super::permission::EditButton;
use super::table::table;
use crate::components::{Empty, Html, IconName, counted};
use crate::domain::list::{ListQuery, OrganisationList};
use crate::domain::object::ObjectKind;
use crate::domain::staleness::Staleness;
use crate::domain::views::OrganisationRow;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::organisations::list_organisations;

/// The list of organisations.
struct Organisations;

impl ListOfKind for Organisations {
    type Row = OrganisationRow;
    const KIND: ObjectKind = ObjectKind::Organisation;
    const ICON: IconName = IconName::Tree;
    const PLACEHOLDER: &'static str = "Name, ID or scope";
    const PRODUCTION: [&'static str; 3] = ["Production access", "Production", "Sandbox only"];
    const NO_MATCH: [&'static str; 2] =
        ["No matching organisations", "Names can match in part. Enter the full ID or scope. Try fewer filters."];
    const STALE_ADVICE: &'static str = "You cannot make changes until it responds.";

    fn count(list: &OrganisationList) -> String {
        counted(list.total, "organisation")
    }

    fn table(connection: &str, query: &ListQuery, rows: Vec<OrganisationRow>) -> impl IntoView + use<> {
        table(connection, query, rows)
    }

    fn empty(connection: &str, list: &OrganisationList) -> AnyView {
        empty(connection, list).into_any()
    }

    fn actions(connection: &str, list: &OrganisationList) -> Option<AnyView> {
        Some(create_button(connection, list, "Create organisation", true).into_any())
    }
}

/// The page of the organisations of a connection.
///
/// # Errors
/// When it cannot be read, or the person may not see it.
pub async fn list(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    let list = list_organisations(connection.clone(), asked(&address)).await?;
    Ok(list_page::<Organisations>(&connection, list))
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
