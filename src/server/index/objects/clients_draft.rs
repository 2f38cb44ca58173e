//! The rows of clients while they are put together.

use std::collections::HashSet;
use std::ops::Range;

use super::id::Id;
use super::owners::Owners;
use super::packed::Packed;
use super::packed_list::PackedList;
use super::patches::Patches;
use super::rows::Rows;
use super::rows_builder::{Carried, RowsBuilder};
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
    pub(super) fn carry(&mut self, clients: Range<u32>, organisation: u32) {
        for client in clients {
            self.carry_one(client, Some(organisation));
        }
    }

    /// Appends a client of the generation before, unless it was patched. Whether there is one at its place now.
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

    /// Whether a patch says what becomes of a client; it takes its place where the organisation is still the same.
    fn replace(&mut self, id: Id<'_>, organisation: Option<u32>) -> bool {
        let Some(patch) = self.patches.find(id) else {
            return false;
        };
        if patch.organisation == organisation && self.placed.insert(patch.client.raw_id()) {
            self.push(patch.client, Origin::Patch);
        }
        true
    }

    /// The rows, with each id once, and who has which.
    pub(super) fn finish(self) -> (Rows, Owners) {
        let Self { rows, origins, starts, strays, .. } = self;
        let rows = rows.finish();
        let origin = |client: u32| origins.get(client as usize).copied().unwrap_or(Origin::Before);
        let mut dropped = HashSet::new();
        for mut group in rows.ids.doubles(|client| rows.id(client)) {
            group.sort_by_key(|client| (origin(*client), *client));
            group.pop();
            dropped.extend(group);
        }
        if dropped.is_empty() {
            (rows, Owners::of(starts, strays).unwrap_or_default())
        } else {
            without(&rows, &starts, strays, &dropped)
        }
    }
}

/// The same without some clients.
fn without(rows: &Rows, starts: &[u32], strays: Vec<Option<String>>, dropped: &HashSet<u32>) -> (Rows, Owners) {
    let mut kept = RowsBuilder::new(ObjectKind::OAuthClient, rows.count() as usize - dropped.len());
    let mut carried = Carried::new(rows);
    let mut kept_starts = Vec::with_capacity(starts.len());
    let mut next = starts.iter().peekable();
    for client in 0..=rows.count() {
        while next.next_if(|start| **start == client).is_some() {
            kept_starts.push(kept.count());
        }
        if client < rows.count() && !dropped.contains(&client) {
            kept.push_row(&mut carried, client);
        }
    }
    let first_stray = starts.last().copied().unwrap_or_default();
    let strays = (first_stray..).zip(strays).filter(|(client, _)| !dropped.contains(client));
    let strays = strays.map(|(_, organisation_id)| organisation_id).collect();
    (kept.finish(), Owners::of(kept_starts, strays).unwrap_or_default())
}
