//! The rows of clients while they are put together.

use std::collections::{HashMap, HashSet};

use super::id::Id;
use super::owners::Owners;
use super::packed::Packed;
use super::packed_list::PackedList;
use super::patches::Patches;
use super::rows::Rows;
use super::rows_builder::{Carried, RowsBuilder};
use super::second_lists::SecondLists;
use super::store::Objects;
use crate::domain::object::ObjectKind;

/// Where a client comes from. What stands further down counts for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// The generation before.
    Before,
    /// A list that was read again.
    List,
    /// A patch.
    Patch,
}

/// The rows of clients while they are put together, in the order of their organisations.
pub(super) struct ClientsDraft<'a> {
    before: Carried<'a>,
    patches: &'a Patches<'a>,
    /// The patches that stand where the client stood that they replace.
    placed: HashSet<Id<'a>>,
    rows: RowsBuilder,
    origins: Vec<Origin>,
    starts: Vec<u32>,
    strays: Vec<Option<String>>,
}

impl<'a> ClientsDraft<'a> {
    pub(super) fn new(before: &'a Rows, patches: &'a Patches<'a>, room: usize) -> Self {
        Self {
            before: Carried::new(before),
            patches,
            placed: HashSet::new(),
            rows: RowsBuilder::new(ObjectKind::OAuthClient, room),
            origins: Vec::with_capacity(room),
            starts: Vec::new(),
            strays: Vec::new(),
        }
    }

    /// The clients of the next organisation follow; at last those of unknown ones.
    pub(super) fn begin(&mut self) {
        self.starts.push(self.rows.count());
    }

    /// Appends the clients of a list that was read again.
    pub(super) fn list(&mut self, list: &PackedList, organisation: u32) {
        for client in list.iter().filter(|_| list.kind() == ObjectKind::OAuthClient) {
            if !self.replace(client.raw_id(), Some(organisation)) {
                self.push(client, Origin::List);
            }
        }
    }

    /// Appends clients of the generation before.
    pub(super) fn carry(&mut self, clients: impl Iterator<Item = u32>, organisation: u32) {
        for client in clients {
            self.carry_one(client, Some(organisation));
        }
    }

    /// Appends a client of the generation before, unless a patch takes its place.
    pub(super) fn carry_one(&mut self, client: u32, organisation: Option<u32>) {
        if !self.replace(self.before.rows.id(client), organisation) {
            self.rows.push_row(&mut self.before, client);
            self.origins.push(Origin::Before);
        }
    }

    /// Appends the patched clients of an organisation that replace none of it.
    pub(super) fn patch(&mut self, organisation: Option<u32>) {
        for (id, patch) in self.patches.of_organisation(organisation) {
            if self.placed.insert(id) {
                self.push(patch.client, Origin::Patch);
            }
        }
    }

    /// Appends a client whose organisation is unknown.
    pub(super) fn stray(&mut self, client: u32, organisation_id: Option<&str>) {
        if self.patches.find(self.before.rows.id(client)).is_none() {
            self.carry_one(client, None);
            self.strays.push(organisation_id.map(str::to_owned));
        }
    }

    /// Appends the patched clients whose organisation is unknown.
    pub(super) fn patch_strays(&mut self) {
        for (_, patch) in self.patches.of_organisation(None) {
            self.push(patch.client, Origin::Patch);
            self.strays.push(patch.organisation_id.map(str::to_owned));
        }
    }

    fn push(&mut self, client: Packed<'_>, origin: Origin) {
        if self.rows.push(client, None) {
            self.origins.push(origin);
        }
    }

    /// Whether a patch takes the place of a client. Where it says that the client is elsewhere, this is a list that has it too.
    fn replace(&mut self, id: Id<'_>, organisation: Option<u32>) -> bool {
        let Some(patch) = self.patches.find(id).filter(|patch| patch.organisation == organisation) else {
            return false;
        };
        if self.placed.insert(patch.client.raw_id()) {
            self.push(patch.client, Origin::Patch);
        }
        true
    }

    /// The rows, with each id once, and who has which. A client in several lists stays with the organisation that it stood with, as
    /// long as the list of that one has it: where lists are read one after the other, it would go to and fro.
    pub(super) fn finish(self, before: &Objects, organisations: &Rows) -> (Rows, Owners, SecondLists) {
        let Self { rows, origins, starts, strays, .. } = self;
        let (rows, owners) = (rows.finish(), Owners::of(starts, strays).unwrap_or_default());
        let stood_there = |client: u32| {
            let known = before.clients.find(rows.id(client)).and_then(|known| before.owner(known));
            let listing = owners.organisation(client).map(|organisation| organisations.id(organisation));
            known.is_some() && known == listing.and_then(|id| before.organisations.find(id))
        };
        let claim = |client: u32| {
            let origin = origins.get(client as usize).copied().unwrap_or(Origin::Before);
            (origin == Origin::Patch, stood_there(client), origin, client)
        };
        let (mut dropped, mut also) = (HashSet::new(), Vec::new());
        for group in rows.ids.doubles(|client| rows.id(client)) {
            let Some(kept) = group.iter().copied().max_by_key(|client| claim(*client)) else { continue };
            let owner = owners.organisation(kept);
            for other in group.into_iter().filter(|client| *client != kept) {
                let listing = owners.organisation(other).filter(|listing| owner != Some(*listing));
                also.extend(listing.map(|listing| (listing, kept)));
                dropped.insert(other);
            }
        }
        if dropped.is_empty() {
            (rows, owners, SecondLists::default())
        } else {
            without(&rows, &owners, also, &dropped)
        }
    }
}

/// The same without some clients. `also` has clients that are kept, with organisations that list them too.
fn without(
    rows: &Rows,
    owners: &Owners,
    mut also: Vec<(u32, u32)>,
    dropped: &HashSet<u32>,
) -> (Rows, Owners, SecondLists) {
    let mut kept = RowsBuilder::new(ObjectKind::OAuthClient, rows.count() as usize - dropped.len());
    let mut carried = Carried::new(rows);
    let starts = owners.starts();
    let mut kept_starts = Vec::with_capacity(starts.len());
    let mut next = starts.iter().peekable();
    let mut places: HashMap<u32, u32> = also.iter().map(|(_, client)| (*client, *client)).collect();
    for client in 0..=rows.count() {
        while next.next_if(|start| **start == client).is_some() {
            kept_starts.push(kept.count());
        }
        if client < rows.count() && !dropped.contains(&client) {
            if let Some(place) = places.get_mut(&client) {
                *place = kept.count();
            }
            kept.push_row(&mut carried, client);
        }
    }
    for (_, client) in &mut also {
        *client = places.get(client).copied().unwrap_or(*client);
    }
    let strays = owners.unknown().zip(owners.strays()).filter(|(client, _)| !dropped.contains(client));
    let strays = strays.map(|(_, organisation_id)| organisation_id.clone()).collect();
    (kept.finish(), Owners::of(kept_starts, strays).unwrap_or_default(), SecondLists::of(also))
}
