//! Builds the rows of clients, in the order of the organisations that they belong to.

use std::collections::HashMap;
use std::sync::Arc;

use super::clients_draft::ClientsDraft;
use super::id::Id;
use super::owners::Owners;
use super::packed_list::PackedList;
use super::patches::{PatchedClients, Patches};
use super::rows::Rows;
use super::second_lists::SecondLists;
use super::store::Objects;

/// What is new of clients.
#[derive(Debug)]
pub(super) struct NewClients {
    /// All clients of some organisations, by the organisation's id.
    pub(super) lists: HashMap<String, Arc<PackedList>>,
    pub(super) patched: PatchedClients,
    /// Whether all organisations were read, so that one that is not among them is gone.
    pub(super) is_complete: bool,
}

/// The clients of a generation.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) clients: Arc<Rows>,
    /// With which organisation each stands.
    pub(super) owners: Arc<Owners>,
    /// Who else lists which.
    pub(super) second_lists: Arc<SecondLists>,
}

/// The rows of the clients of these organisations, and who has which.
pub(super) fn build(before: &Objects, organisations: &Arc<Rows>, new: NewClients) -> Listed {
    let NewClients { mut lists, patched, is_complete } = new;
    let is_same = Arc::ptr_eq(&before.organisations, organisations);
    if is_same && lists.is_empty() && patched.clients.is_empty() {
        return Listed {
            clients: Arc::clone(&before.clients),
            owners: Arc::clone(&before.owners),
            second_lists: Arc::clone(&before.second_lists),
        };
    }
    let patches = Patches::of(&patched, organisations);
    let listed: usize = lists.values().map(|list| list.len() as usize).sum();
    let mut draft = ClientsDraft::new(&before.clients, &patches, before.clients.count() as usize + listed);
    let strays = Strays::of(before, organisations, is_complete);
    for organisation in 0..organisations.count() {
        draft.begin();
        let id = organisations.id(organisation);
        let old = if is_same { Some(organisation) } else { before.organisations.find(id) };
        if let Some(list) = lists.remove(id.text().as_ref()) {
            draft.list(&list, organisation);
        } else if let Some(old) = old {
            draft.carry(before.clients_of(old).chain(before.second_lists(old)), organisation);
        }
        for client in strays.found.get(&organisation).into_iter().flatten() {
            draft.carry_one(*client, Some(organisation));
        }
        draft.patch(Some(organisation));
    }
    draft.begin();
    for client in strays.unknown {
        draft.stray(client, before.owners.stray(client));
    }
    draft.patch_strays();
    let (rows, owners, second_lists) = draft.finish(before, organisations);
    Listed { clients: Arc::new(rows), owners: Arc::new(owners), second_lists: Arc::new(second_lists) }
}

/// The clients whose organisation was not known before.
#[derive(Debug, Default)]
struct Strays {
    /// Those whose organisation is listed by now.
    found: HashMap<u32, Vec<u32>>,
    /// Those whose organisation may still be listed one day.
    unknown: Vec<u32>,
}

impl Strays {
    fn of(before: &Objects, organisations: &Rows, is_complete: bool) -> Self {
        let mut strays = Self::default();
        for client in before.owners.unknown() {
            let organisation = before.owners.stray(client).and_then(|id| organisations.find(Id::of(id)));
            match organisation {
                Some(organisation) => strays.found.entry(organisation).or_default().push(client),
                None if is_complete => {}
                None => strays.unknown.push(client),
            }
        }
        strays
    }
}
