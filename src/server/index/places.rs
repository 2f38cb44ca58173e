//! Where clients are that were changed from here: known lists say it, and later ones may say otherwise.

use std::collections::HashSet;

use super::objects::{Packed, PackedList, PatchedObject};
use super::own_changes::OwnChange;
use super::state::State;
use super::view::View;
use crate::domain::object::ObjectKind;

impl State {
    /// Gives a client its organisation, when whoever changed it did not know that.
    pub(super) fn place(&self, view: &View, object: &mut PatchedObject) {
        if let PatchedObject::Client(client) = object
            && client.organisation_id.is_none()
        {
            client.organisation_id = self.owner_in_lists(&client.id).or_else(|| view.owner_of(&client.id));
        }
    }

    /// The organisation of a client in the lists that no view has yet.
    fn owner_in_lists(&self, id: &str) -> Option<String> {
        let lists = self.staged.clients.iter().chain(&self.in_building.clients);
        lists
            .into_iter()
            .find(|(_, (list, _))| list.iter().any(|client| client.id() == id))
            .map(|(owner, _)| owner.clone())
    }

    /// Forgets changes of clients that a list which was read shows to be elsewhere: those of an organisation that is no
    /// longer listed are gone with it, and no list of theirs is ever read again; those of which nobody knew the place are
    /// in the list that has them.
    pub(super) fn forget_misplaced(&mut self, view: &View, owner: Option<&str>, list: &PackedList) {
        let is_client = |change: &&OwnChange| change.key().0 == ObjectKind::OAuthClient;
        if !self.own.iter().any(|change| is_client(&change) && change.owner().is_some() == owner.is_none()) {
            return;
        }
        let ids: HashSet<String> = list.iter().map(Packed::id).collect();
        let ours = &mut self.ours;
        self.own.retain(|change| {
            let is_misplaced = match (owner, change.owner()) {
                (None, Some(owner)) => view.has_organisation(owner) && !ids.contains(owner),
                (Some(_), None) => ids.contains(change.key().1),
                _ => false,
            };
            let is_forgotten = is_misplaced && is_client(&change);
            if is_forgotten {
                ours.forget(change);
            }
            !is_forgotten
        });
    }
}
