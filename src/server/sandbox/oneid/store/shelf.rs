//! Records by id, in the order in which they came.

use std::collections::HashMap;

/// Records by id that keep the order in which they came.
#[derive(Debug)]
pub(super) struct Shelf<T> {
    positions: HashMap<String, usize>,
    records: Vec<T>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { positions: HashMap::new(), records: Vec::new() }
    }
}

impl<T> Shelf<T> {
    pub(super) fn get(&self, id: &str) -> Option<&T> {
        self.positions.get(id).and_then(|&at| self.records.get(at))
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.positions.get(id).and_then(|&at| self.records.get_mut(at))
    }

    /// The record that came after `place` others.
    pub(super) fn at(&self, place: usize) -> Option<&T> {
        self.records.get(place)
    }

    /// The number of records.
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    pub(super) fn push(&mut self, id: &str, record: T) {
        self.positions.insert(id.to_owned(), self.records.len());
        self.records.push(record);
    }
}
