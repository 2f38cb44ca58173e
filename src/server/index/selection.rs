//! Some organisations of those that were read, named without a copy of their IDs.

use std::sync::Arc;

use super::lookup::Served;
use super::snapshot::Snapshot;
use crate::domain::organisation::Organisation;

/// The IDs of some organisations. Cheap to clone.
pub trait OrganisationIds: Clone + Send + Sync + 'static {
    /// Each ID once.
    fn ids(&self) -> impl Iterator<Item = &String>;

    /// How many there are.
    fn count(&self) -> usize {
        self.ids().count()
    }
}

/// Organisations of a list as it was served.
#[derive(Clone, Debug)]
pub struct Selection {
    snapshot: Served<Snapshot>,
    /// `None` for all of them.
    indices: Option<Arc<[usize]>>,
}

impl Selection {
    /// All organisations.
    pub fn all(snapshot: Served<Snapshot>) -> Self {
        Self { snapshot, indices: None }
    }

    /// Those that pass. Walks through all of them.
    pub fn of(snapshot: Served<Snapshot>, passes: impl Fn(&Organisation) -> bool) -> Self {
        let all = snapshot.organisations.iter().enumerate();
        let indices = all.filter(|(_, organisation)| passes(organisation)).map(|(index, _)| index).collect();
        Self { snapshot, indices: Some(indices) }
    }
}

impl OrganisationIds for Selection {
    fn ids(&self) -> impl Iterator<Item = &String> {
        let all = self.snapshot.organisations.as_slice();
        let count = self.count();
        (0..count).map(|place| &all[self.indices.as_ref().map_or(place, |indices| indices[place])].id)
    }

    fn count(&self) -> usize {
        self.indices.as_ref().map_or(self.snapshot.organisations.len(), |indices| indices.len())
    }
}

#[cfg(test)]
impl OrganisationIds for Vec<String> {
    fn ids(&self) -> impl Iterator<Item = &String> {
        self.iter()
    }
}
