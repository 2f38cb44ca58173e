//! Packed lists: what is put in comes out, and two of them are compared.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::samples::{any_client, any_organisation, known, known_client, known_organisation};
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::index::objects::PackedList;

fn organisation(id: &str, scopes: &[&str]) -> Organisation {
    let mut fields = FieldValues::default();
    let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
    fields.set("allowed_scopes", Some(FieldValue::List(scopes)));
    Organisation { id: id.to_owned(), fields, unknown: Vec::new() }
}

fn list(organisations: &[Organisation]) -> PackedList {
    organisations.iter().cloned().collect()
}

proptest! {
    #[test]
    fn organisations_come_out_as_they_went_in(organisations in vec(any_organisation(), 0..6)) {
        let list = list(&organisations);
        let expected: Vec<_> = organisations.iter().map(known_organisation).collect();
        prop_assert_eq!(list.len() as usize, expected.len());
        prop_assert_eq!(list.iter().map(|packed| packed.organisation()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn clients_come_out_as_they_went_in(clients in vec(any_client(), 0..6)) {
        let list: PackedList = clients.iter().cloned().collect();
        let expected: Vec<_> = clients.iter().map(|client| known_client(client, Some("owner"))).collect();
        prop_assert_eq!(list.iter().map(|packed| packed.client("owner")).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn lists_are_equal_when_they_hold_the_same(left in vec(any_client(), 0..3), right in vec(any_client(), 0..3)) {
        let packed = |clients: &[OAuthClient]| clients.iter().cloned().collect::<PackedList>();
        let plain = |clients: &[OAuthClient]| clients.iter().map(|client| known_client(client, None)).collect::<Vec<_>>();
        prop_assert_eq!(packed(&left) == packed(&right), plain(&left) == plain(&right));
        prop_assert_eq!(packed(&left), packed(&left));
    }

    #[test]
    fn a_difference_is_that_of_the_plain_lists(
        before in vec(any_organisation(), 0..10),
        after in vec(any_organisation(), 0..10),
        kept in vec(any::<bool>(), 10),
    ) {
        let kept = before.iter().zip(kept).filter_map(|(organisation, is_kept)| is_kept.then_some(organisation));
        let after: Vec<_> = after.iter().chain(kept).cloned().collect();
        let difference = list(&before).difference(&list(&after));
        let by_id = |list: &[Organisation]| -> HashMap<String, FieldValues> {
            list.iter().map(|one| (one.id.clone(), known(ObjectKind::Organisation, &one.fields))).collect()
        };
        let (before, after) = (by_id(&before), by_id(&after));
        let sorted = |mut ids: Vec<String>| { ids.sort(); ids };
        let is_same = |id: &String| ObjectKind::Organisation.fields().iter().all(|field| {
            match (before[id].get(field.name), after[id].get(field.name)) {
                (Some(left), Some(right)) => left.means_the_same_as(right),
                (left, right) => left == right,
            }
        });
        let added = after.keys().filter(|id| !before.contains_key(*id)).cloned().collect();
        let removed = before.keys().filter(|id| !after.contains_key(*id)).cloned().collect();
        let changed = after.keys().filter(|id| before.contains_key(*id) && !is_same(id)).cloned().collect();
        prop_assert_eq!(sorted(difference.added), sorted(added));
        prop_assert_eq!(sorted(difference.removed), sorted(removed));
        prop_assert_eq!(sorted(difference.changed), sorted(changed));
    }
}

#[test]
fn the_order_of_objects_and_of_a_list_in_one_makes_no_difference() {
    let before = list(&[organisation("a", &["openid", "email"]), organisation("b", &[])]);
    let after = list(&[organisation("b", &[]), organisation("a", &["email", "openid"])]);
    assert_ne!(before, after);
    assert!(before.difference(&after).is_empty());
}

#[test]
fn an_object_of_another_kind_is_left_out() {
    let mut list = PackedList::new(ObjectKind::OAuthClient);
    list.push(&organisation("a", &[]));
    assert!(list.is_empty());
    assert_eq!(list.heap_size(), 0);
}
