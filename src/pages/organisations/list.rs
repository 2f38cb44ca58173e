//! `/{connection}/organisations`: the tree, or what a search finds.

use leptos::prelude::*;

use super::super::Address;
use super::super::lists::{ListOfKind, Shown, asked, branch_search, list_page, own_views};
use super::super::permission::EditButton;
use super::table::table;
use crate::components::{Empty, FragmentList, Html, IconName};
use crate::domain::fragment::Fragment;
use crate::domain::listing::Listing;
use crate::domain::object::ObjectKind;
use crate::domain::rows::OrganisationRow;
use crate::domain::staleness::Staleness;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::organisations::list_organisations;

/// The list of organisations.
struct Organisations;

impl ListOfKind for Organisations {
    type Row = Fragment<OrganisationRow>;
    const KIND: ObjectKind = ObjectKind::Organisation;
    const ICON: IconName = IconName::Tree;
    const NO_MATCH: [&'static str; 2] = [
        "No matching organisations",
        "Words are found by their beginning. Enter the full ID, scope or product. Try fewer filters.",
    ];
    const STALE_ADVICE: &'static str = "You cannot make changes until it responds.";

    fn table(connection: &str, shown: &Shown, rows: Vec<Self::Row>) -> (impl IntoView + use<>, FragmentList) {
        table(connection, shown, &rows)
    }

    fn empty(connection: &str, listing: &Listing<()>) -> AnyView {
        empty(connection, listing).into_any()
    }

    fn actions(connection: &str, listing: &Listing<()>) -> Option<AnyView> {
        Some(create_button(connection, listing, "Create organisation", true).into_any())
    }
}

/// The page of the organisations of a connection.
///
/// # Errors
/// When it cannot be read, or the person may not see it.
pub async fn list(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    let list = list_organisations(connection.clone(), asked(&address)).await?;
    let views = own_views(&connection, ObjectKind::Organisation).await;
    let choosing = branch_search(Some(&connection), &address).await;
    Ok(list_page::<Organisations>(&connection, list.listing, list.tree, views, &choosing))
}

fn create_button(
    connection: &str,
    listing: &Listing<()>,
    label: &'static str,
    is_primary: bool,
) -> impl IntoView + use<> {
    let refusal = listing.age.stale.as_ref().map(Staleness::refusal);
    let path = paths::new_object(connection, ObjectKind::Organisation, None);
    view! { <EditButton connection=connection.to_owned() path label refusal is_primary/> }
}

fn empty(connection: &str, listing: &Listing<()>) -> impl IntoView + use<> {
    let create = create_button(connection, listing, "Create the first organisation", false);
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
