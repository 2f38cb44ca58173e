//! The organisations and clients of one environment, in order of creation.
//!
//! Objects are kept as the JSON text that goes out, so that a benchmark of the dashboard does not measure its emulator. Of
//! generated ones only those are kept that were changed.

mod clients;
mod shelf;

use std::collections::HashMap;

use self::shelf::Shelf;
use super::{
    generated::Generated,
    object::{Object, parse, serialise, text_of},
};

/// What one environment holds.
#[derive(Debug, Default)]
pub(super) struct Store {
    organisations: Shelf<Organisation>,
    clients: Shelf<Client>,
    /// Ids of the clients that are kept here, by their organisation.
    client_ids: HashMap<String, Vec<String>>,
    generated: Generated,
    /// How many of `organisations` come before the generated ones in the list of all.
    seeded: usize,
    /// Generated organisations that were changed, by their number.
    changed_organisations: HashMap<u32, Organisation>,
    /// The text of generated clients that were changed, by their number.
    changed_clients: HashMap<u32, Vec<u8>>,
}

#[derive(Debug)]
struct Organisation {
    parent_id: Option<String>,
    text: Vec<u8>,
}

#[derive(Debug)]
struct Client {
    organisation_id: String,
    secret: String,
    text: Vec<u8>,
}

impl Store {
    /// Puts generated organisations after those that are there already.
    pub(super) fn generate(&mut self, organisations: usize, clients: Option<usize>) {
        let root_id = text_of(&self.root(), "id").unwrap_or_default().to_owned();
        self.seeded = self.organisations.len();
        self.generated = Generated::new(root_id, organisations, clients);
    }

    /// The partner's own organisation, which every other descends from.
    pub(super) fn root(&self) -> Object {
        self.organisations.at(0).map(|root| parse(&root.text)).unwrap_or_default()
    }

    /// Writes the organisation at a place in the list of all. Returns whether there is one. A place never becomes that of
    /// another organisation.
    pub(super) fn write_organisation_at(&self, place: usize, to: &mut Vec<u8>) -> bool {
        let generated = self.generated.organisations();
        let after_seeded = place.checked_sub(self.seeded);
        if let Some(number) = after_seeded.and_then(|number| u32::try_from(number).ok()).filter(|at| *at < generated) {
            self.write_generated(number, to);
            return true;
        }
        let generated = usize::try_from(generated).unwrap_or(usize::MAX);
        let kept = after_seeded.map_or(place, |after| self.seeded + after.saturating_sub(generated));
        self.organisations.at(kept).map(|record| to.extend_from_slice(&record.text)).is_some()
    }

    pub(super) fn has_organisation(&self, id: &str) -> bool {
        self.organisations.get(id).is_some() || self.generated.organisation(id).is_some()
    }

    pub(super) fn organisation(&self, id: &str) -> Option<Object> {
        if let Some(record) = self.organisations.get(id) {
            return Some(parse(&record.text));
        }
        let mut text = Vec::new();
        self.write_generated(self.generated.organisation(id)?, &mut text);
        Some(parse(&text))
    }

    fn write_generated(&self, number: u32, to: &mut Vec<u8>) {
        match self.changed_organisations.get(&number) {
            Some(record) => to.extend_from_slice(&record.text),
            None => self.generated.write_organisation(number, to),
        }
    }

    fn parent_id(&self, id: &str) -> Option<String> {
        if let Some(record) = self.organisations.get(id) {
            return record.parent_id.clone();
        }
        let number = self.generated.organisation(id)?;
        match self.changed_organisations.get(&number) {
            Some(record) => record.parent_id.clone(),
            None => Some(self.generated.parent_id(number)),
        }
    }

    /// The organisation itself, its parent, and so on up to the root.
    pub(super) fn lineage(&self, id: &str) -> impl Iterator<Item = String> {
        std::iter::successors(Some(id.to_owned()), |id| self.parent_id(id))
    }

    /// Adds an organisation, or puts this one in its place.
    pub(super) fn put_organisation(&mut self, id: &str, organisation: &Object) {
        let parent_id = text_of(organisation, "parent_id").map(str::to_owned);
        let record = Organisation { parent_id, text: serialise(organisation) };
        if let Some(before) = self.organisations.get_mut(id) {
            *before = record;
        } else if let Some(number) = self.generated.organisation(id) {
            self.changed_organisations.insert(number, record);
        } else {
            self.organisations.push(id, record);
        }
    }
}
