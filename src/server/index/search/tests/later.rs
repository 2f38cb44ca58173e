//! Made-up objects at another moment.

use std::collections::HashMap;

use super::data::{Data, Draft, id};
use super::memory_source::MemorySource;
use crate::domain::field::FieldValue;
use crate::domain::object::ObjectKind;
use crate::server::index::objects::{ChangedAt, ObjectChanges, Objects, PackedList};
use crate::server::index::search::Patch;

impl Data {
    /// The IDs of what changes.
    pub(super) fn changed(&self, kind: ObjectKind) -> impl Iterator<Item = String> {
        let is_client = kind == ObjectKind::OAuthClient;
        self.changes.iter().filter(move |(of_client, ..)| *of_client == is_client).map(|(_, number, _)| id(*number))
    }

    /// The objects when they are read again: changed clients are there as they are now, every second of them is gone.
    pub(super) fn later(&self) -> MemorySource {
        let mut clients: Vec<(usize, &Draft)> = self.clients.iter().enumerate().collect();
        for (place, (_, number, draft)) in self.changes.iter().filter(|(is_client, ..)| *is_client).enumerate() {
            clients.retain(|(known, _)| known != number);
            if place % 2 == 0 {
                clients.push((*number, draft));
            }
        }
        self.source_of(&clients)
    }

    /// The objects without some clients.
    pub(super) fn without_clients(&self, ids: &[String]) -> MemorySource {
        let clients = self.clients.iter().enumerate().filter(|(number, _)| !ids.contains(&id(*number)));
        self.source_of(&clients.collect::<Vec<_>>())
    }

    fn source_of(&self, clients: &[(usize, &Draft)]) -> MemorySource {
        let organisations: Vec<_> =
            (0..).zip(&self.organisations).map(|(number, draft)| draft.organisation(number)).collect();
        let clients: Vec<_> = clients.iter().map(|(number, draft)| draft.client(*number)).collect();
        MemorySource::new(&organisations, &clients)
    }

    /// The same with its clients several times over, with other IDs.
    pub(super) fn repeated(&self, times: usize) -> Self {
        Self { clients: vec![self.clients.clone(); times].concat(), ..self.clone() }
    }

    /// The objects in memory, and packed. Clients of no known organisation are in no list, so they are left out.
    pub(super) fn packed(&self) -> (MemorySource, Objects) {
        let is_listed = |client: &Draft| client.above.is_some_and(|above| above < self.organisations.len());
        let clients = self.clients.iter().enumerate().filter(|(_, client)| is_listed(client));
        let clients: Vec<(usize, &Draft)> = clients.collect();
        let mut organisations = PackedList::new(ObjectKind::Organisation);
        let mut changed_at = Vec::new();
        let mut note = |kind: ObjectKind, id: &str, at: Option<u32>| {
            changed_at.extend(at.map(|at| ChangedAt { kind, id: id.to_owned(), at }));
        };
        for (number, draft) in self.organisations.iter().enumerate() {
            let (organisation, at) = draft.organisation(number);
            note(ObjectKind::Organisation, &organisation.id, at);
            organisations.push(&organisation);
        }
        let mut lists: HashMap<String, PackedList> = HashMap::new();
        for (number, draft) in &clients {
            let (client, at) = draft.client(*number);
            note(ObjectKind::OAuthClient, &client.id, at);
            let owner = client.organisation_id.clone().unwrap_or_default();
            lists.entry(owner).or_insert_with(|| PackedList::new(ObjectKind::OAuthClient)).push(&client);
        }
        let objects = Objects::build(organisations, lists);
        (self.source_of(&clients), objects.rebuilt(ObjectChanges { changed_at, ..ObjectChanges::default() }))
    }

    /// So many clients without an organisation.
    pub(super) fn of_clients(count: usize) -> Self {
        let client = |number: usize| Draft { name: Some(format!("Client {}", number % 700)), ..Draft::default() };
        Self { organisations: Vec::new(), clients: (0..count).map(client).collect(), changes: Vec::new() }
    }

    /// Renames a client to what comes last, and switches it off.
    pub(super) fn disable(&self, patch: &mut Patch, source: &MemorySource, client_id: &str) {
        let number = (0..self.clients.len()).find(|number| id(*number) == client_id).unwrap();
        let (mut client, _) = self.clients[number].client(number);
        client.fields.set("name", Some(FieldValue::Text(format!("Zzz {number}"))));
        client.fields.set("enabled", Some(FieldValue::Flag(false)));
        patch.put_client(source, client, None);
    }
}
