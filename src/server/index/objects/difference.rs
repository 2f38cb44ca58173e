//! What a list has that an earlier one had not, and the other way round.

use std::collections::{HashMap, HashSet};

use super::id::Id;
use super::packed::Packed;
use super::packed_list::PackedList;

/// The ids of the objects in which two lists of a kind differ, each in the order of its list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// In the newer list alone.
    pub added: Vec<String>,
    /// In the older list alone.
    pub removed: Vec<String>,
    /// In both, but no longer the same. The order of a list within an object carries no meaning.
    pub changed: Vec<String>,
}

impl Difference {
    /// Whether both lists hold the same objects, in whatever order.
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    /// The ids of all objects in which they differ.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.added.iter().chain(&self.removed).chain(&self.changed).map(String::as_str)
    }

    /// Whether an object of another list has one of these ids: to be asked of many objects.
    pub fn finder(&self) -> impl Fn(Packed<'_>) -> bool {
        let ids: HashSet<Id<'_>> = self.ids().map(Id::of).collect();
        move |object: Packed<'_>| ids.contains(&object.raw_id())
    }
}

impl PackedList {
    /// What changed from this list to a newer one. Of several objects with one id the last counts.
    pub fn difference(&self, newer: &Self) -> Difference {
        let mut difference = Difference::default();
        if self == newer {
            return difference;
        }
        let (before, after) = (by_id(self), by_id(newer));
        for (id, object) in in_order(newer, &after) {
            match before.get(&id) {
                None => difference.added.push(object.id()),
                Some(earlier) if earlier.means_the_same_as(object) => {}
                Some(_) => difference.changed.push(object.id()),
            }
        }
        let gone = in_order(self, &before).filter(|(id, _)| !after.contains_key(id));
        difference.removed.extend(gone.map(|(_, object)| object.id()));
        difference
    }
}

fn by_id(list: &PackedList) -> HashMap<Id<'_>, Packed<'_>> {
    list.iter().map(|object| (object.raw_id(), object)).collect()
}

/// The objects that count, in the order of the list.
fn in_order<'a>(
    list: &'a PackedList,
    by_id: &HashMap<Id<'a>, Packed<'a>>,
) -> impl Iterator<Item = (Id<'a>, Packed<'a>)> {
    let counts = |object: &Packed<'a>| {
        let kept = by_id.get(&object.raw_id()).map(|kept| kept.reader().0.as_ptr());
        kept == Some(object.reader().0.as_ptr())
    };
    list.iter().filter(counts).map(|object| (object.raw_id(), object))
}
