//! A whole list, a batch at a time, and what an export says of the place of each object.

use std::collections::HashSet;

use time::OffsetDateTime;

use super::search::{Batch, Scope};
use super::source::Source as _;
use super::view::View;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::organisation::Organisation;
use crate::domain::reference::ObjectReference;

impl View {
    /// The next objects of all that a query finds, at most 1,000, in the order of its list. `cursor` is that of the batch
    /// before; the query's own is not looked at. Takes some milliseconds where there are very many objects.
    pub fn batch(
        &self,
        kind: ObjectKind,
        query: &ObjectQuery,
        scope: &Scope,
        now: OffsetDateTime,
        cursor: Option<&str>,
    ) -> Batch {
        self.search.batch(&*self.objects, &self.patch, &self.question(kind, query, scope, now), cursor)
    }

    /// An organisation and those above it, the nearest first, at most so many.
    pub fn organisations_from(&self, id: &str, most: usize) -> Vec<Organisation> {
        let own = self.organisation(id);
        let above = self.nearest_above(id, most.saturating_sub(usize::from(own.is_some())));
        own.into_iter().chain(above.iter().filter_map(|id| self.organisation(id))).collect()
    }

    /// The organisations above another, the root first: the nearest ones, at most so many.
    pub fn nearest_ancestors(&self, id: &str, most: usize) -> Vec<ObjectReference> {
        let above = self.nearest_above(id, most);
        above.iter().rev().filter_map(|id| self.reference(ObjectKind::Organisation, id)).collect()
    }

    /// The organisations above another, the root first: the root and the nearest ones, at most so many.
    pub fn way_to(&self, id: &str, most: usize) -> Vec<ObjectReference> {
        let mut above = self.nearest_above(id, most);
        let farthest = above.last().and_then(|id| self.objects.find(ObjectKind::Organisation, id));
        // Numbers are walked through in no time, however many there are.
        let root = farthest.map(|farthest| self.objects.root(farthest)).filter(|root| farthest != Some(*root));
        if let Some(root) = root.filter(|_| above.len() == most) {
            above.pop();
            above.push(self.objects.id(ObjectKind::Organisation, root).into_owned());
        }
        above.iter().rev().filter_map(|id| self.reference(ObjectKind::Organisation, id)).collect()
    }

    /// The nearest disabled organisation among one and those above it, of which at most so many are looked at.
    pub fn nearest_disabled_from(&self, id: &str, most: usize) -> Option<ObjectReference> {
        let mut from = std::iter::once(id.to_owned()).chain(self.nearest_above(id, most));
        let disabled = from.find_map(|id| self.organisation(&id).filter(Organisation::is_disabled));
        disabled.map(|organisation| organisation.reference())
    }

    /// The IDs of the organisations above another, the nearest first, at most so many. However deep or circular the tree is,
    /// no more of it is walked through.
    fn nearest_above(&self, id: &str, most: usize) -> Vec<String> {
        let mut seen: HashSet<String> = HashSet::from([id.to_owned()]);
        let mut above = Vec::new();
        let mut next = self.parent_of(id);
        while let Some(parent) = next.filter(|parent| above.len() < most && seen.insert(parent.clone())) {
            next = self.parent_of(&parent);
            above.push(parent);
        }
        above
    }
}
