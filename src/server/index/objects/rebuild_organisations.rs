//! Builds the rows and the tree of organisations.

use std::collections::HashMap;
use std::sync::Arc;

use super::id::Id;
use super::packed::Packed;
use super::packed_list::PackedList;
use super::packed_parent::parent_and_name;
use super::rows::Rows;
use super::rows_builder::RowsBuilder;
use super::tree::Tree;
use super::tree_order::{TreeOrder, tree_order};
use crate::domain::object::ObjectKind;
use crate::server::folding::name_key;

/// The rows and the tree of these organisations. Of several with one id the last counts, and those that are patched
/// count for more.
pub(super) fn build(listed: &PackedList, patched: &PackedList) -> (Arc<Rows>, Arc<Tree>) {
    let organisations = unique(listed.iter().chain(patched.iter()));
    let TreeOrder { order, parents } = order(&organisations);
    let mut rows = RowsBuilder::new(ObjectKind::Organisation, order.len());
    for (number, parent) in order.iter().zip(&parents) {
        let above = parent.and_then(|place| organisations.get(*order.get(place as usize)? as usize));
        if let Some(organisation) = organisations.get(*number as usize) {
            // What is here was packed in this process, so it can be read.
            rows.push(*organisation, above.map(|above| above.raw_id()));
        }
    }
    (Arc::new(rows.finish()), Arc::new(Tree::of(&parents).unwrap_or_default()))
}

/// Each id once, in the order in which it first appears.
fn unique<'a>(objects: impl Iterator<Item = Packed<'a>>) -> Vec<Packed<'a>> {
    let mut places: HashMap<Id<'a>, usize> = HashMap::new();
    let mut organisations: Vec<Packed<'a>> = Vec::new();
    for object in objects {
        let place = *places.entry(object.raw_id()).or_insert(organisations.len());
        match organisations.get_mut(place) {
            Some(earlier) => *earlier = object,
            None => organisations.push(object),
        }
    }
    organisations
}

fn order(organisations: &[Packed<'_>]) -> TreeOrder {
    let count = u32::try_from(organisations.len()).unwrap_or(u32::MAX);
    let ids: Vec<Id<'_>> = organisations.iter().map(|organisation| organisation.raw_id()).collect();
    let numbers: HashMap<Id<'_>, u32> = ids.iter().copied().zip(0..count).collect();
    let (mut parents, mut keys) = (Vec::with_capacity(ids.len()), Vec::with_capacity(ids.len()));
    for (organisation, id) in organisations.iter().zip(&ids) {
        let (parent, name) = parent_and_name(*organisation);
        parents.push(parent.and_then(|parent| numbers.get(&parent).copied()));
        keys.push(name.map_or_else(|| name_key(&id.text()), |name| name_key(&name.text())));
    }
    drop(numbers);
    let mut by_id: Vec<u32> = (0..count).collect();
    let id = |number: u32| ids.get(number as usize).copied().unwrap_or(Id::Text(""));
    by_id.sort_unstable_by(|left, right| id(*left).compare(id(*right)));
    let mut ranks = vec![0; ids.len()];
    for (rank, number) in (0..count).zip(&by_id) {
        if let Some(place) = ranks.get_mut(*number as usize) {
            *place = rank;
        }
    }
    let mut sorted = by_id;
    // Stable, so those with the same name stay in the order of their ids.
    sorted.sort_by(|left, right| keys.get(*left as usize).cmp(&keys.get(*right as usize)));
    tree_order(parents, &sorted, &ranks)
}
