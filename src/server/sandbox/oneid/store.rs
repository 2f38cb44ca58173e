//! The organisations and clients of one environment, in order of creation.
//!
//! Objects are kept as the JSON text that goes out: a list of 100,000 organisations is then a
//! matter of joining strings, so that a benchmark of the dashboard does not measure its emulator.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// What one environment holds.
#[derive(Debug, Default)]
pub(super) struct Store {
    organisations: Shelf<Organisation>,
    clients: Shelf<Client>,
}

#[derive(Debug)]
struct Organisation {
    parent_id: Option<String>,
    text: String,
    /// Ids of its clients.
    clients: Vec<String>,
}

#[derive(Debug)]
struct Client {
    organisation_id: String,
    secret: String,
    text: String,
}

/// Records by id that keep the order in which they came.
#[derive(Debug)]
struct Shelf<T> {
    positions: HashMap<String, usize>,
    records: Vec<T>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { positions: HashMap::new(), records: Vec::new() }
    }
}

impl<T> Shelf<T> {
    fn get(&self, id: &str) -> Option<&T> {
        self.positions.get(id).map(|&at| &self.records[at])
    }

    fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.positions.get(id).map(|&at| &mut self.records[at])
    }

    fn push(&mut self, id: &str, record: T) {
        self.positions.insert(id.to_owned(), self.records.len());
        self.records.push(record);
    }
}

impl Store {
    /// The partner's own organisation, which every other descends from.
    pub(super) fn root(&self) -> Object {
        self.organisations.records.first().map(|root| parse(&root.text)).unwrap_or_default()
    }

    /// Every organisation, as a JSON array.
    pub(super) fn organisations(&self) -> String {
        array(self.organisations.records.iter().map(|record| &*record.text))
    }

    pub(super) fn has_organisation(&self, id: &str) -> bool {
        self.organisations.get(id).is_some()
    }

    pub(super) fn organisation(&self, id: &str) -> Option<Object> {
        self.organisations.get(id).map(|record| parse(&record.text))
    }

    pub(super) fn parent_id(&self, id: &str) -> Option<&str> {
        self.organisations.get(id)?.parent_id.as_deref()
    }

    /// The organisation itself, its parent, and so on up to the root.
    pub(super) fn lineage<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a str> {
        std::iter::successors(Some(id), |id| self.parent_id(id))
    }

    /// Adds an organisation, or puts this one in its place.
    pub(super) fn put_organisation(&mut self, id: &str, organisation: &Object) {
        let parent_id = text_of(organisation, "parent_id").map(str::to_owned);
        let text = serialise(organisation);
        if let Some(record) = self.organisations.get_mut(id) {
            record.parent_id = parent_id;
            record.text = text;
            return;
        }
        let clients = Vec::new();
        self.organisations.push(id, Organisation { parent_id, text, clients });
    }

    /// Ids of the clients of an organisation, if there is such an organisation.
    pub(super) fn client_ids(&self, organisation_id: &str) -> Option<&[String]> {
        let organisation = self.organisations.get(organisation_id)?;
        Some(&organisation.clients)
    }

    pub(super) fn client(&self, id: &str) -> Option<Object> {
        self.clients.get(id).map(|record| parse(&record.text))
    }

    pub(super) fn client_secret(&self, id: &str) -> Option<&str> {
        self.clients.get(id).map(|record| &*record.secret)
    }

    /// The organisation that a client belongs to.
    pub(super) fn owner(&self, client_id: &str) -> Option<&str> {
        self.clients.get(client_id).map(|record| &*record.organisation_id)
    }

    /// Adds a client to an organisation.
    pub(super) fn add_client(&mut self, organisation_id: &str, id: &str, client: &Object, secret: String) {
        if let Some(organisation) = self.organisations.get_mut(organisation_id) {
            organisation.clients.push(id.to_owned());
        }
        self.clients.push(id, Client { organisation_id: organisation_id.to_owned(), secret, text: serialise(client) });
    }

    /// Puts this object in the place of a client.
    pub(super) fn replace_client(&mut self, id: &str, client: &Object) {
        if let Some(record) = self.clients.get_mut(id) {
            record.text = serialise(client);
        }
    }
}

/// The member `name`, if it is a string.
pub(super) fn text_of<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str)
}

/// An object whose first member is its id, then the members of `body`.
pub(super) fn with_id(id: &str, body: Object) -> Object {
    let mut object = Object::new();
    object.insert("id".to_owned(), id.into());
    object.extend(body);
    object
}

pub(super) fn serialise(object: &Object) -> String {
    // A map with string keys and JSON values always serialises.
    serde_json::to_string(object).unwrap_or_default()
}

/// Reads back what [`serialise`] wrote.
fn parse(text: &str) -> Object {
    serde_json::from_str(text).unwrap_or_default()
}

fn array<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let mut array = String::from("[");
    for (index, item) in items.enumerate() {
        if index > 0 {
            array.push(',');
        }
        array.push_str(item);
    }
    array.push(']');
    array
}
