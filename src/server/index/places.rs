//! Where clients are that were changed from here: known lists say it, and later ones may say otherwise.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::model::Model;
use super::objects::{Difference, Packed, PackedList, PatchedObject};
use super::own_changes::OwnChange;
use super::state::State;
use super::view::View;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;

/// The list of another organisation in which a client is.
#[derive(Debug)]
pub(super) struct Elsewhere {
    pub(super) organisation: String,
    /// What it says of the client, where no view has that yet.
    pub(super) fields: Option<FieldValues>,
    /// Whether the client stands with that organisation.
    pub(super) stands_there: bool,
    /// Whether the client came there since the list that had it first was read.
    pub(super) is_new: bool,
    /// Whether that list was read before, so that what is new in it was told.
    was_read: bool,
}

impl Elsewhere {
    /// Whether the other list says what becomes of the client, and this one only has it too. Where nobody knows yet with whom it stands,
    /// both tell what was changed: twice is better than never.
    pub(super) const fn tells(&self, is_added: bool) -> bool {
        self.stands_there || (is_added && self.was_read)
    }
}

impl Model {
    /// Which of the clients in which two lists of `owner` differ are in the list of another organisation, as it was read last: in that
    /// of the one that they stand with, before any other. Walks once through the lists that no view has.
    pub(super) fn elsewhere(&self, view: &View, owner: &str, difference: &Difference) -> HashMap<String, Elsewhere> {
        // The later ones count. They are looked through when others may have the state again.
        let mut lists: BTreeMap<String, Arc<PackedList>> = BTreeMap::new();
        let arrived: HashMap<&str, String> = {
            let state = self.state();
            for staged in [&state.in_building, &state.staged] {
                lists.extend(staged.clients.iter().map(|(of, (list, _))| (of.clone(), Arc::clone(list))));
            }
            let destination = |id| Some((id, state.arrivals.destination(id)?.to_owned()));
            difference.ids().filter_map(destination).collect()
        };
        let listed = |id: &str, organisation: &str, fields: Option<FieldValues>| Elsewhere {
            organisation: organisation.to_owned(),
            fields,
            stands_there: view.owner_of(id).as_deref() == Some(organisation),
            is_new: arrived.get(id).is_some_and(|to| to == organisation),
            was_read: view.clients_read_at(organisation).is_some(),
        };
        let is_meant = difference.finder();
        let mut found: HashMap<String, Elsewhere> = HashMap::new();
        for (of, list) in lists.iter().filter(|(of, _)| of.as_str() != owner) {
            for client in list.iter().filter(|client| is_meant(*client)) {
                let (id, fields) = (client.id(), client.fields());
                let there = listed(&id, of, Some(fields));
                // Of several with one ID in a list the last counts.
                if there.stands_there || found.get(&id).is_none_or(|known| known.organisation == *of) {
                    found.insert(id, there);
                }
            }
        }
        for id in difference.ids() {
            let mut known = view.organisations_listing(id).into_iter();
            let Some(of) = known.find(|of| of != owner && !lists.contains_key(of)) else { continue };
            let there = listed(id, &of, None);
            if there.stands_there || !found.contains_key(id) {
                found.insert(id.to_owned(), there);
            }
        }
        found
    }
}

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
