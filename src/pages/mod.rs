//! The pages, one file each, grouped by resource.
//!
//! May import: components, islands, `server_fns`, domain, paths, error. Never server.

pub mod account;
mod address;
pub mod audit_log;
pub mod connections;
pub mod find;
mod forms;
pub mod history;
mod lists;
pub mod notifications;
pub mod oauth_clients;
mod observed;
pub mod organisations;
pub mod overview;
mod permission;
mod readiness;
mod reason;
mod refresh;
mod review;
pub mod styleguide;
pub mod tour;
pub mod unknown_creation;

pub use address::Address;

use crate::components::{Crumb, ErrorPage, ErrorPageProps, Html, shell};
use crate::domain::connection::ConnectionSummary;
use crate::domain::object::ObjectKind;
use crate::domain::reference::ObjectReference;
use crate::error::AppError;
use crate::paths;

/// The breadcrumbs to an object of a kind: through the list of what it belongs to where that is known, else through its own.
fn way_to(kind: ObjectKind, connection: &str, owner: Option<&ObjectReference>) -> Vec<Crumb> {
    let list = |kind: ObjectKind| Crumb::to(kind.list_title(), paths::list(connection, kind));
    match kind.owner().zip(owner) {
        Some((owner_kind, owner)) => {
            vec![list(owner_kind), Crumb::to(&owner.name, paths::object(connection, owner_kind, &owner.id))]
        }
        None => vec![list(kind)],
    }
}

/// What people call a connection.
fn title_of(name: &str) -> String {
    shell().and_then(|shell| shell.connection(name).map(ConnectionSummary::title)).unwrap_or_else(|| name.to_owned())
}

/// The page of an error, in the frame of the connection that the address names.
pub fn failed(error: AppError, connection: Option<String>) -> Html {
    Html::of(ErrorPage(ErrorPageProps { error, connection }))
}
