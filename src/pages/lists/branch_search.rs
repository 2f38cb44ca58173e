//! The search for an organisation whose branch a list is to be narrowed to.

use super::super::Address;
use crate::domain::facet::Facet;
use crate::domain::find::{Choosing, Sought};
use crate::domain::object::ObjectKind;
use crate::domain::posted::find_name;
use crate::server_fns::find::suggest_objects;

/// What the address looks for, and what that finds on a connection, or on all of them. Nothing is found where that fails:
/// it must keep nobody from the list.
pub(in crate::pages) async fn branch_search(connection: Option<&str>, address: &Address) -> Choosing {
    let search = address.query(&find_name(Facet::Within.code())).trim().to_owned();
    if search.is_empty() {
        return Choosing::default();
    }
    let matches = suggest_objects(sought_branch(connection, search.clone())).await.unwrap_or_default();
    Choosing { chosen: None, search, matches }
}

/// An organisation that somebody may see.
pub(in crate::pages) fn sought_branch(connection: Option<&str>, text: String) -> Sought {
    Sought {
        connection: connection.map(str::to_owned),
        kind: Some(ObjectKind::Organisation),
        text,
        except: None,
        is_to_edit: false,
    }
}
