//! The organisation that a client belongs to.

use std::sync::Arc;

use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::reference::ObjectReference;
use crate::server::index::{Connection, OrganisationIds as _, Selection, Served, Snapshot, off_the_workers};
use crate::server::oneid::RemoteObject;

/// The organisation of a client. `said` is its id where the partner gives it with the client. The guide documents no
/// such field, so without it the organisations' lists are searched. `None` when it cannot be found.
pub(super) async fn organisation_of(
    connection: &Connection,
    client_id: &str,
    said: Option<&str>,
) -> Option<ObjectReference> {
    let all = connection.directory.organisations().await.ok()?;
    let id = match said {
        Some(id) => id.to_owned(),
        None => place_of(connection, &all, client_id).await?,
    };
    let organisation = all.organisations.iter().find(|organisation| organisation.id == id);
    Some(organisation.map_or_else(|| ObjectReference { name: id.clone(), id }, Organisation::reference))
}

/// The id of the organisation in whose list a client is: first in the lists that are known, then in all.
async fn place_of(connection: &Connection, all: &Served<Snapshot>, client_id: &str) -> Option<String> {
    let count = all.organisations.len();
    let (organisations, directory) = (Selection::all(all.clone()), Arc::clone(&connection.directory));
    let (known, sought) = (organisations.clone(), client_id.to_owned());
    let in_known_lists = move || {
        let place = directory.known_clients(known.ids()).organisation_of(&sought);
        place.ok_or(sought)
    };
    match off_the_workers(count, in_known_lists).await {
        Ok(place) => Some(place),
        Err(sought) => {
            let index = connection.directory.clients(organisations).await;
            off_the_workers(index.len(), move || index.organisation_of(&sought)).await
        }
    }
}

/// What an object belongs to; `None` where its kind belongs to nothing, or when it cannot be found.
pub(super) async fn owner_of(
    connection: &Connection,
    kind: ObjectKind,
    object: &RemoteObject,
) -> Option<ObjectReference> {
    kind.owner()?;
    organisation_of(connection, &object.id, object.organisation_id.as_deref()).await
}
