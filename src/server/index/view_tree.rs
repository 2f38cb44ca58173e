//! The tree of organisations in a view: what was built, with own changes in their places.

use std::collections::{HashMap, HashSet};

use super::search::Hit;
use super::source::Source as _;
use super::view::View;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::reference::ObjectReference;
use crate::server::folding::name_key;

const KIND: ObjectKind = ObjectKind::Organisation;

/// How many organisations are below each of some, at any depth.
#[derive(Debug)]
pub struct CountsBelow<'a> {
    view: &'a View,
    /// How many more there are, by own changes.
    more: HashMap<String, i64>,
}

impl CountsBelow<'_> {
    /// How many organisations are below one.
    pub fn of(&self, id: &str) -> u32 {
        let document = self.view.objects.find(KIND, id);
        let built = document.map_or(0, |document| self.view.objects.below(KIND, document).len().saturating_sub(1));
        let more = self.more.get(id).copied().unwrap_or_default();
        let count = i64::try_from(built).unwrap_or(i64::MAX).saturating_add(more).max(0);
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

impl View {
    /// The ID of the organisation directly above another, as far as there is such an organisation.
    pub(super) fn parent_of(&self, id: &str) -> Option<String> {
        if let Some(place) = self.patch.find(KIND, id) {
            let parent = self.patch.organisation(place)?.parent_id()?;
            return self.has_organisation(parent).then(|| parent.to_owned());
        }
        let parent = self.objects.parent(self.objects.find(KIND, id)?)?;
        Some(self.objects.id(KIND, parent).into_owned())
    }

    /// The IDs of the organisations above another, the nearest first. Ends where they go round.
    pub(super) fn ids_above(&self, id: &str) -> Vec<String> {
        let mut way: Vec<String> = Vec::new();
        let mut seen: HashSet<String> = HashSet::from([id.to_owned()]);
        let mut next = self.parent_of(id);
        while let Some(parent) = next.filter(|parent| seen.insert(parent.clone())) {
            next = self.parent_of(&parent);
            way.push(parent);
        }
        way
    }

    /// The organisations above another, the root first.
    pub fn ancestors(&self, id: &str) -> Vec<ObjectReference> {
        let above = self.ids_above(id);
        above.iter().rev().filter_map(|id| self.reference(KIND, id)).collect()
    }

    /// Whether an organisation is one of these, or below one of them.
    pub fn is_within(&self, id: &str, tops: &[String]) -> bool {
        if !self.has_organisation(id) {
            return false;
        }
        let is_top = |id: &str| tops.iter().any(|top| top == id);
        if is_top(id) {
            return true;
        }
        if self.patch.is_empty() {
            let Some(document) = self.objects.find(KIND, id) else {
                return false;
            };
            let documents = tops.iter().filter_map(|top| self.objects.find(KIND, top));
            return documents.into_iter().any(|top| self.objects.below(KIND, top).contains(&document));
        }
        self.ids_above(id).iter().any(|above| is_top(above))
    }

    /// Counts what is below organisations.
    pub fn counts_below(&self) -> CountsBelow<'_> {
        let mut more: HashMap<String, i64> = HashMap::new();
        for organisation in self.patch.organisations() {
            for above in self.ids_above(&organisation.id) {
                *more.entry(above).or_default() += 1;
            }
            let built = self.objects.find(KIND, &organisation.id);
            for above in built.map(|document| self.objects.ancestors(document)).unwrap_or_default() {
                *more.entry(self.objects.id(KIND, above).into_owned()).or_default() -= 1;
            }
        }
        CountsBelow { view: self, more }
    }

    /// The organisations directly below one, or those at the top, in the order of their names.
    pub fn children(&self, parent: Option<&str>) -> Vec<Hit> {
        let built: Vec<u32> = match parent {
            None => self.objects.roots().collect(),
            Some(id) => self.objects.find(KIND, id).into_iter().flat_map(|at| self.objects.children(at)).collect(),
        };
        if self.patch.is_empty() {
            return built.into_iter().map(Hit::Document).collect();
        }
        let mut children: Vec<Hit> = built
            .into_iter()
            .filter(|document| self.patch.find(KIND, &self.objects.id(KIND, *document)).is_none())
            .map(Hit::Document)
            .collect();
        let here = self.patch.organisations().filter(|one| self.parent_of(&one.id).as_deref() == parent);
        for organisation in here {
            if let Some(place) = self.patch.find(KIND, &organisation.id) {
                let key = key_of(organisation);
                let at = children.partition_point(|hit| self.key_at(*hit).is_some_and(|other| other < key));
                children.insert(at, Hit::Patched(place));
            }
        }
        children
    }

    /// Some organisations in the order of their names, without those that are below others of them.
    pub fn tops(&self, ids: &[String]) -> Vec<Hit> {
        let is_below = |id: &String| self.ids_above(id).iter().any(|above| ids.contains(above));
        let mut tops: Vec<(Key, Hit)> = Vec::new();
        for id in ids.iter().filter(|id| !is_below(id)) {
            let patched = self.patch.find(KIND, id).map(Hit::Patched);
            let hit = patched.or_else(|| self.objects.find(KIND, id).map(Hit::Document));
            tops.extend(hit.and_then(|hit| Some((self.key_at(hit)?, hit))));
        }
        tops.sort();
        tops.dedup();
        tops.into_iter().map(|(_, hit)| hit).collect()
    }

    /// Whether anything is directly below an organisation.
    pub fn has_children(&self, id: &str) -> bool {
        let built = self.objects.find(KIND, id).map_or(0, |document| self.objects.child_count(document));
        (built > 0 && self.patch.is_empty()) || !self.children(Some(id)).is_empty()
    }

    /// Whether the way up from an organisation comes back to it. Of a circle one organisation is at the top of the tree, though it names
    /// one below it as its parent: the circle is the way from there up to it.
    pub fn is_in_a_circle(&self, id: &str) -> bool {
        // One that was created from here just now has nothing below it. One that was moved is in another tree at once.
        let Some(document) = self.objects.find(KIND, id) else {
            return false;
        };
        let top = self.organisation(&self.objects.id(KIND, self.objects.root(document)));
        let named = top.as_ref().and_then(Organisation::parent_id).and_then(|parent| self.objects.find(KIND, parent));
        named.is_some_and(|named| self.objects.below(KIND, document).contains(&named))
    }

    fn key_at(&self, hit: Hit) -> Option<Key> {
        match hit {
            Hit::Document(document) => {
                let id = self.objects.id(KIND, document).into_owned();
                Some((name_key(self.objects.name(KIND, document)), id))
            }
            Hit::Patched(place) => self.patch.organisation(place).map(key_of),
        }
    }
}

/// The order of names: what is compared, then the ID.
type Key = (String, String);

fn key_of(organisation: &Organisation) -> Key {
    (name_key(organisation.whole_name()), organisation.id.clone())
}
