//! The clients of a store: those that are kept, and those that are computed.

use super::{Client, Store};
use crate::server::sandbox::oneid::{
    generated::Generated,
    object::{Object, parse, serialise},
};

/// Where a client is.
#[derive(Clone, Copy)]
enum Found<'a> {
    /// It is kept.
    Kept(&'a Client),
    /// It is computed from its number, unless it was changed.
    Generated(u32),
}

impl Store {
    /// A client as a read shows it, with its secret or without.
    pub(in super::super) fn client(&self, id: &str, with_secret: bool) -> Option<Object> {
        let mut text = Vec::new();
        self.write_client(self.find(id)?, with_secret, &mut text);
        Some(parse(&text))
    }

    /// The organisation that a client belongs to.
    pub(in super::super) fn owner(&self, client_id: &str) -> Option<String> {
        Some(match self.find(client_id)? {
            Found::Kept(record) => record.organisation_id.clone(),
            Found::Generated(number) => self.generated.owner_id(number),
        })
    }

    /// Writes the client at a place among those of an organisation. Returns whether there is one. A place never becomes
    /// that of another client.
    pub(in super::super) fn write_client_at(
        &self,
        organisation_id: &str,
        place: usize,
        with_secret: bool,
        to: &mut Vec<u8>,
    ) -> bool {
        let found = self.client_at(organisation_id, place);
        found.map(|found| self.write_client(found, with_secret, to)).is_some()
    }

    /// Adds a client to an organisation.
    pub(in super::super) fn add_client(&mut self, organisation_id: &str, id: &str, client: &Object, secret: String) {
        self.client_ids.entry(organisation_id.to_owned()).or_default().push(id.to_owned());
        self.clients.push(id, Client { organisation_id: organisation_id.to_owned(), secret, text: serialise(client) });
    }

    /// Puts this object in the place of a client.
    pub(in super::super) fn replace_client(&mut self, id: &str, client: &Object) {
        if let Some(record) = self.clients.get_mut(id) {
            record.text = serialise(client);
        } else if let Some(number) = self.generated.client(id) {
            self.changed_clients.insert(number, serialise(client));
        }
    }

    fn find(&self, id: &str) -> Option<Found<'_>> {
        let kept = self.clients.get(id).map(Found::Kept);
        kept.or_else(|| self.generated.client(id).map(Found::Generated))
    }

    /// The generated ones come first, because they were there before any other.
    fn client_at(&self, organisation_id: &str, place: usize) -> Option<Found<'_>> {
        let generated = self.generated.organisation(organisation_id);
        let mut numbers = generated.map_or(0..0, |number| self.generated.clients_of(number));
        let count = numbers.len();
        if let Some(number) = numbers.nth(place) {
            return Some(Found::Generated(number));
        }
        let id = self.client_ids.get(organisation_id)?.get(place.checked_sub(count)?)?;
        self.clients.get(id).map(Found::Kept)
    }

    fn write_client(&self, found: Found<'_>, with_secret: bool, to: &mut Vec<u8>) {
        let start = to.len();
        match found {
            Found::Kept(record) => to.extend_from_slice(&record.text),
            Found::Generated(number) => match self.changed_clients.get(&number) {
                Some(text) => to.extend_from_slice(text),
                None => self.generated.write_client(number, to),
            },
        }
        if with_secret {
            let secret = match found {
                Found::Kept(record) => record.secret.clone(),
                Found::Generated(number) => Generated::secret(number),
            };
            let mut client = parse(to.get(start..).unwrap_or_default());
            client.insert("secret".to_owned(), secret.into());
            to.truncate(start);
            to.extend_from_slice(&serialise(&client));
        }
    }
}
