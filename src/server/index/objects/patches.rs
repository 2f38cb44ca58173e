//! Patched clients, found by their own id and by their organisation.

use std::collections::HashMap;

use super::id::Id;
use super::packed::Packed;
use super::packed_list::PackedList;
use super::rows::Rows;

/// Clients that count for more than what was read.
#[derive(Debug)]
pub(super) struct PatchedClients {
    pub(super) clients: PackedList,
    /// The id of the organisation of each.
    pub(super) organisation_ids: Vec<Option<String>>,
}

/// One of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patch<'a> {
    pub(super) client: Packed<'a>,
    /// Its organisation, where that is listed.
    pub(super) organisation: Option<u32>,
    pub(super) organisation_id: Option<&'a str>,
}

/// Patched clients: of several with one id the last.
#[derive(Debug)]
pub(super) struct Patches<'a> {
    by_id: HashMap<Id<'a>, Patch<'a>>,
    /// The ids of those of each organisation, in the order in which they were patched.
    by_organisation: HashMap<Option<u32>, Vec<Id<'a>>>,
}

impl<'a> Patches<'a> {
    pub(super) fn of(patched: &'a PatchedClients, organisations: &Rows) -> Self {
        let mut by_id = HashMap::new();
        let mut order = Vec::new();
        for (client, organisation_id) in patched.clients.iter().zip(&patched.organisation_ids) {
            let organisation_id = organisation_id.as_deref();
            let organisation = organisation_id.and_then(|id| organisations.find(Id::of(id)));
            let id = client.raw_id();
            if by_id.insert(id, Patch { client, organisation, organisation_id }).is_none() {
                order.push(id);
            }
        }
        let mut by_organisation: HashMap<Option<u32>, Vec<Id<'a>>> = HashMap::new();
        for id in order {
            if let Some(patch) = by_id.get(&id) {
                by_organisation.entry(patch.organisation).or_default().push(id);
            }
        }
        Self { by_id, by_organisation }
    }

    /// The patched client with an id.
    pub(super) fn find(&self, id: Id<'_>) -> Option<Patch<'a>> {
        if self.by_id.is_empty() { None } else { self.by_id.get(&id).copied() }
    }

    /// Those of an organisation, or of none that is listed.
    pub(super) fn of_organisation(&self, organisation: Option<u32>) -> impl Iterator<Item = (Id<'a>, Patch<'a>)> {
        let ids = self.by_organisation.get(&organisation).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| Some((*id, *self.by_id.get(id)?)))
    }
}
