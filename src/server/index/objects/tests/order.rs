//! The order of the tree, against the rules put plainly.

use std::collections::HashMap;

use proptest::prelude::*;

use super::samples::{any_lists, any_organisations, build};
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::folding::name_key;
use crate::server::index::objects::Objects;
use crate::server::index::source::Source;

/// The parent that each organisation names, where that is listed.
type Named<'a> = HashMap<&'a str, &'a str>;

/// Those that a walk up from one meets, until one is met again.
fn above<'a>(named: &Named<'a>, id: &'a str) -> Vec<&'a str> {
    let mut met = Vec::new();
    let mut at = named.get(id);
    while let Some(above) = at.filter(|above| !met.contains(*above)) {
        met.push(*above);
        at = named.get(above);
    }
    met
}

/// The parents without those of the first of each circle.
fn parents<'a>(named: &Named<'a>) -> Named<'a> {
    let is_first_of_its_circle = |id: &'a str| {
        let met = above(named, id);
        met.contains(&id) && met.iter().filter(|one| above(named, one).contains(&id)).all(|one| id <= *one)
    };
    named.iter().filter(|(id, _)| !is_first_of_its_circle(id)).map(|(id, parent)| (*id, *parent)).collect()
}

/// Ids in the order of the tree, each with its depth.
fn plain_order(organisations: &[Organisation]) -> Vec<(String, u32)> {
    let by_id: HashMap<&str, &Organisation> = organisations.iter().map(|one| (one.id.as_str(), one)).collect();
    let named = by_id.iter().filter_map(|(id, one)| Some((*id, one.parent_id()?)));
    let parents = parents(&named.filter(|(_, parent)| by_id.contains_key(parent)).collect());
    let mut sorted: Vec<&str> = by_id.keys().copied().collect();
    sorted.sort_by_key(|id| (name_key(by_id[id].whole_name()), *id));
    let below = |parent: Option<&str>, depth: u32| {
        let children = sorted.iter().rev().filter(|id| parents.get(*id).copied() == parent);
        children.map(|id| (*id, depth)).collect::<Vec<_>>()
    };
    let mut order = Vec::new();
    let mut open = below(None, 0);
    while let Some((id, depth)) = open.pop() {
        order.push((id.to_owned(), depth));
        open.extend(below(Some(id), depth + 1));
    }
    order
}

fn organisation(id: &str, parent: Option<&str>) -> Organisation {
    let mut fields = FieldValues::default();
    fields.set("parent_id", parent.map(|parent| FieldValue::Text(parent.to_owned())));
    Organisation { id: id.to_owned(), fields, unknown: Vec::new() }
}

fn tree(organisations: &[Organisation]) -> Objects {
    build(organisations, &HashMap::new())
}

fn ids(objects: &Objects, documents: impl Iterator<Item = u32>) -> Vec<String> {
    documents.map(|document| objects.id(ObjectKind::Organisation, document).into_owned()).collect()
}

proptest! {
    #[test]
    fn organisations_stand_in_the_order_of_the_tree(organisations in any_organisations()) {
        let objects = tree(&organisations);
        let count = objects.count(ObjectKind::Organisation);
        let depths = (0..count).map(|document| u32::try_from(objects.ancestors(document).len()).unwrap());
        let order: Vec<_> = ids(&objects, 0..count).into_iter().zip(depths).collect();
        prop_assert_eq!(order, plain_order(&organisations));
    }

    #[test]
    fn what_is_below_is_what_has_it_above(organisations in any_organisations(), lists in any_lists()) {
        let objects = build(&organisations, &lists);
        let count = objects.count(ObjectKind::Organisation);
        for document in 0..count {
            let below = objects.below(ObjectKind::Organisation, document);
            let clients = objects.below(ObjectKind::OAuthClient, document);
            for other in 0..count {
                let is_above = objects.ancestors(other).contains(&document);
                prop_assert_eq!(below.contains(&other), is_above || other == document);
            }
            for client in 0..objects.count(ObjectKind::OAuthClient) {
                let is_owner_below = objects.owner(client).is_some_and(|owner| below.contains(&owner));
                prop_assert_eq!(clients.contains(&client), is_owner_below);
                prop_assert_eq!(objects.clients_of(document).contains(&client), objects.owner(client) == Some(document));
            }
            let children: Vec<_> = (0..count).filter(|child| objects.parent(*child) == Some(document)).collect();
            prop_assert_eq!(objects.child_count(document) as usize, children.len());
            prop_assert_eq!(objects.children(document).collect::<Vec<_>>(), children);
        }
        let roots: Vec<_> = (0..count).filter(|root| objects.parent(*root).is_none()).collect();
        prop_assert_eq!(objects.roots().collect::<Vec<_>>(), roots);
    }
}

#[test]
fn of_a_circle_the_smallest_id_becomes_a_root_and_the_others_hang_below_it() {
    let objects = tree(&[
        organisation("c", Some("a")),
        organisation("b", Some("c")),
        organisation("a", Some("b")),
        organisation("d", Some("c")),
        organisation("self", Some("self")),
        organisation("orphan", Some("gone")),
    ]);
    assert_eq!(ids(&objects, 0..6), ["a", "c", "b", "d", "orphan", "self"]);
    assert_eq!(ids(&objects, objects.roots()), ["a", "orphan", "self"]);
    // What it says of its parent stays as the partner sent it.
    assert_eq!(objects.organisation(0).unwrap().parent_id(), Some("b"));
    assert_eq!(objects.organisation(1).unwrap().parent_id(), Some("a"));
}

#[test]
fn a_chain_of_a_hundred_thousand_is_no_deeper_than_memory() {
    const LENGTH: u32 = 100_000;
    let id = |number: u32| format!("{number:06}");
    let chain = |last: Option<String>| -> Vec<Organisation> {
        let rest = (1..LENGTH).map(|number| organisation(&id(number), Some(&id(number - 1))));
        std::iter::once(organisation(&id(0), last.as_deref())).chain(rest).collect()
    };
    for last in [None, Some(id(LENGTH - 1))] {
        let objects = tree(&chain(last));
        assert_eq!(objects.ancestors(LENGTH - 1).len(), LENGTH as usize - 1);
        assert_eq!(objects.below(ObjectKind::Organisation, 0), 0..LENGTH);
    }
}

#[test]
fn a_number_of_another_generation_is_nothing() {
    let objects = tree(&[organisation("a", None)]);
    assert!(objects.organisation(1).is_none() && objects.client(0).is_none());
    assert!(objects.reference(ObjectKind::Organisation, 9).is_none());
    assert_eq!(objects.name(ObjectKind::OAuthClient, 9), "");
    assert_eq!(objects.below(ObjectKind::OAuthClient, u32::MAX), 0..0);
    assert_eq!(objects.clients_of(u32::MAX), 0..0);
    assert_eq!(objects.children(9).count(), 0);
}
