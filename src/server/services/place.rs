//! The organisation that a client belongs to.

use crate::domain::object::ObjectKind;
use crate::domain::reference::ObjectReference;
use crate::server::index::Connection;
use crate::server::oneid::RemoteObject;

/// The organisation of a client. `said` is its id where the partner gives it with the client. The guide documents no
/// such field, so without it the index is asked: first what is known, then with all lists read. `None` when it cannot be
/// found.
pub(super) async fn organisation_of(
    connection: &Connection,
    client_id: &str,
    said: Option<&str>,
) -> Option<ObjectReference> {
    let all = connection.index.organisations().await.ok()?;
    let id = match said.map(str::to_owned).or_else(|| all.owner_of(client_id)) {
        Some(id) => id,
        None => connection.index.clients(&all, None).await.0.owner_of(client_id)?,
    };
    let organisation = all.reference(ObjectKind::Organisation, &id);
    Some(organisation.unwrap_or_else(|| ObjectReference { name: id.clone(), id }))
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
