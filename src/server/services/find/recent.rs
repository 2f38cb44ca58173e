//! What a person opened last: remembered by the pages of objects, shown as far as the person may see it now.

use std::collections::BTreeMap;

use crate::domain::find::FoundObject;
use crate::domain::object::ObjectKind;
use crate::domain::principal::Permission;
use crate::domain::reference::ObjectReference;
use crate::server::context::RequestContext;
use crate::server::index::Connection;
use crate::server::recents::Opened;
use crate::server::services::reach::Reach;

/// Remembers that the person opened the page of an object, and what that belongs to.
pub(in crate::server::services) fn opened(
    context: &RequestContext,
    connection: &Connection,
    kind: ObjectKind,
    object: ObjectReference,
    owner: Option<&ObjectReference>,
) {
    let organisation_id = match kind.owner() {
        None => Some(object.id.clone()),
        Some(_) => owner.map(|owner| owner.id.clone()),
    };
    let path = owner.map(|owner| owner.name.clone()).into_iter().collect();
    let found = FoundObject { connection: connection.summary.name.clone(), kind, object, path };
    context.recents.add(context.clock.monotonic(), &context.principal.subject, Opened { found, organisation_id });
}

/// What the person opened last and may still see, with the search in its name.
pub(super) async fn recent(context: &RequestContext, search: &str) -> Vec<FoundObject> {
    let search = search.to_lowercase();
    let opened = context.recents.of(context.clock.monotonic(), &context.principal.subject);
    let mut reaches: BTreeMap<String, Option<Reach>> = BTreeMap::new();
    let mut recent = Vec::new();
    for Opened { found, organisation_id } in opened {
        if !found.object.name.to_lowercase().contains(&search) {
            continue;
        }
        if !reaches.contains_key(&found.connection) {
            let reach = match context.connections.find(&found.connection) {
                Some(connection) => context.reach(connection, Permission::ViewObjects).await.ok(),
                None => None,
            };
            reaches.insert(found.connection.clone(), reach);
        }
        let reach = reaches.get(&found.connection).and_then(Option::as_ref);
        if let Some(reach) = reach.filter(|reach| reach.require(organisation_id.as_deref()).is_ok()) {
            // Of an organisation the one above it is named, which may be out of reach by now.
            let path =
                if found.kind == ObjectKind::OAuthClient || reach.is_everywhere() { found.path } else { Vec::new() };
            recent.push(FoundObject { path, ..found });
        }
    }
    recent
}

/// Whether an object is where the person may do something, as far as is known without asking for clients.
pub(super) async fn is_within(
    context: &RequestContext,
    connection: &Connection,
    permission: Permission,
    kind: ObjectKind,
    id: &str,
) -> bool {
    let Ok(reach) = context.reach(connection, permission).await else {
        return false;
    };
    match kind {
        ObjectKind::Organisation => reach.is_everywhere() || reach.holds(id),
        ObjectKind::OAuthClient => {
            let owner = || connection.index.view().owner_of(id);
            reach.is_everywhere() || owner().is_some_and(|organisation| reach.holds(&organisation))
        }
    }
}
