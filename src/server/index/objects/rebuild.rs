//! Builds a generation of objects from the one before and what is new.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use super::changed::Changed;
use super::changes::{ChangedAt, ObjectChanges, PatchedObject};
use super::packed_list::PackedList;
use super::patches::PatchedClients;
use super::rebuild_clients::{self, Listed, NewClients};
use super::rebuild_organisations;
use super::store::Objects;
use crate::domain::object::ObjectKind;

impl Objects {
    /// The objects of these lists. Clients of organisations that are not listed are left out.
    #[cfg(test)]
    pub fn build(organisations: PackedList, clients: std::collections::HashMap<String, PackedList>) -> Self {
        let clients = clients.into_iter().map(|(id, list)| (id, Arc::new(list))).collect();
        Self::default().rebuilt(ObjectChanges {
            organisations: Some(Arc::new(organisations)),
            clients,
            ..ObjectChanges::default()
        })
    }

    /// The objects with what is new. Where an id of an organisation stands several times, an object counts that was patched, then the
    /// last. A client that is in several lists stands with one organisation, and stays there as long as it is not known to have left.
    #[must_use]
    pub fn rebuilt(&self, changes: ObjectChanges) -> Self {
        let ObjectChanges { organisations, clients, patched, changed_at } = changes;
        let (patched_organisations, patched_clients) = apart(patched);
        let is_complete = organisations.is_some();
        let (rows, tree) = if is_complete || !patched_organisations.is_empty() {
            let listed = organisations.unwrap_or_else(|| Arc::new(self.packed_organisations()));
            rebuild_organisations::build(&listed, &patched_organisations)
        } else {
            (Arc::clone(&self.organisations), Arc::clone(&self.tree))
        };
        let new = NewClients { lists: clients, patched: patched_clients, is_complete };
        let Listed { clients, owners, second_lists } = rebuild_clients::build(self, &rows, new);
        let mut objects = Self { organisations: rows, tree, clients, owners, second_lists, ..Self::default() };
        objects.organisations_changed = self.carried(ObjectKind::Organisation, &objects, &changed_at);
        objects.clients_changed = self.carried(ObjectKind::OAuthClient, &objects, &changed_at);
        // Last, so that little is lost of what is recorded here meanwhile.
        objects.lists_read_at = self.lists_read_at(&objects);
        objects
    }

    /// When objects changed, by their numbers in the new generation.
    fn carried(&self, kind: ObjectKind, new: &Self, changed_at: &[ChangedAt]) -> Changed {
        let known = self.changed(kind).iter();
        let known = known.filter_map(|(old, at)| Some((new.rows(kind).find(self.rows(kind).id(old))?, at)));
        let newly = changed_at.iter().filter(|changed| changed.kind == kind);
        Changed::of(known.chain(newly.filter_map(|changed| Some((new.find(kind, &changed.id)?, changed.at)))))
    }

    fn lists_read_at(&self, new: &Self) -> Box<[AtomicU32]> {
        let is_same = Arc::ptr_eq(&self.organisations, &new.organisations);
        let of = |document| {
            let old = if is_same { Some(document) } else { self.organisations.find(new.organisations.id(document)) };
            AtomicU32::new(old.map_or(0, |old| self.list_read_at(old)))
        };
        (0..new.organisations.count()).map(of).collect()
    }
}

/// The patched organisations, and the patched clients with the id of the organisation of each.
fn apart(patched: Vec<PatchedObject>) -> (PackedList, PatchedClients) {
    let mut organisations = PackedList::new(ObjectKind::Organisation);
    let mut clients =
        PatchedClients { clients: PackedList::new(ObjectKind::OAuthClient), organisation_ids: Vec::new() };
    for object in patched {
        match object {
            PatchedObject::Organisation(organisation) => organisations.push(&organisation),
            PatchedObject::Client(client) => {
                clients.clients.push(&client);
                clients.organisation_ids.push(client.organisation_id);
            }
        }
    }
    (organisations, clients)
}
