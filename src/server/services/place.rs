//! The organisation that a client belongs to, and where what an entry is about is.

use super::reach::Reach;
use crate::domain::audit::{AuditEntry, AuditedKind};
use crate::domain::object::ObjectKind;
use crate::domain::readiness::MOST_ABOVE;
use crate::domain::reference::ObjectReference;
use crate::server::context::RequestContext;
use crate::server::index::{Connection, View};
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

/// The organisation where an entry's object is: itself, or that of a client. `None` for what concerns a whole connection,
/// and for a client whose organisation was not known.
pub(super) fn place_of(entry: &AuditEntry) -> Option<&str> {
    let target = &entry.intent.target;
    match target.kind {
        AuditedKind::Object(kind) if kind.owner().is_none() => entry.object_id(),
        AuditedKind::Object(_) => target.organisation_id.as_deref(),
        AuditedKind::Connection | AuditedKind::Session | AuditedKind::Dashboard => None,
    }
}

/// Whether the person may edit where an entry's object is. Nobody may on a connection that the configuration no longer has.
pub(super) async fn may_edit(context: &RequestContext, entry: &AuditEntry) -> bool {
    let Ok(connection) = context.connection(entry.intent.target.connection_name()) else {
        return false;
    };
    let reach = context.authorize_edit(connection).await;
    reach.and_then(|reach| reach.require(place_of(entry))).is_ok()
}

/// What stands for an organisation that is not for the person to know.
pub(super) const OUTSIDE: &str = "an organisation outside yours";

/// The nearest disabled organisation among one and those above it, which disables what is below. Where the person may not
/// know it, its name says so and its ID is empty.
pub(super) fn disabled_by(view: &View, reach: &Reach, id: &str) -> Option<ObjectReference> {
    let disabled = view.nearest_disabled_from(id, MOST_ABOVE)?;
    let outside = || ObjectReference { id: String::new(), name: OUTSIDE.to_owned() };
    Some(if reach.holds(&disabled.id) { disabled } else { outside() })
}
