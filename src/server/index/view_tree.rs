//! The tree of organisations in a view: what was built, with own changes in their places.

use std::collections::{HashMap, HashSet};

use super::search::Hit;
use super::source::Source as _;
use super::view::View;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
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

    /// Whether the way up from an organisation comes back to it.
    pub fn is_in_a_circle(&self, id: &str) -> bool {
        let said = |id: &str| self.organisation(id)?.parent_id().map(str::to_owned);
        // In the tree one of them is at the top, though it names a parent that is there.
        let top = self.ids_above(id).pop().unwrap_or_else(|| id.to_owned());
        let mut seen = HashSet::new();
        let mut next = said(&top);
        while let Some(above) = next.filter(|above| seen.insert(above.clone())) {
            if above == id {
                return true;
            }
            next = said(&above);
        }
        false
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
