//! Examples and invariants of differences and merges.

use proptest::prelude::*;

use super::merge::merge_lists;
use super::*;
use crate::domain::object::ObjectKind;

const FIELDS: &[FieldSpecification] = crate::domain::object::ObjectKind::Organisation.fields();

fn text(value: &str) -> FieldValue {
    FieldValue::Text(value.to_owned())
}

fn list(items: &[&str]) -> FieldValue {
    FieldValue::List(items.iter().map(|&item| item.to_owned()).collect())
}

fn values(pairs: &[(&str, FieldValue)]) -> FieldValues {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

#[test]
fn a_blank_control_leaves_an_unset_field_unset() {
    let posted = values(&[
        ("name", text("Meridian")),
        ("parent_id", text("")),
        ("allowed_scopes", list(&[])),
        ("enabled", FieldValue::Flag(false)),
    ]);
    let meant = meaning_of_form(FIELDS, &values(&[("name", text("Meridian"))]), &posted);
    assert_eq!(meant, values(&[("name", text("Meridian"))]));
}

#[test]
fn switching_off_and_emptying_what_was_set_are_changes() {
    let shown = values(&[("enabled", FieldValue::Flag(true)), ("allowed_scopes", list(&["openid"]))]);
    let posted = values(&[("enabled", FieldValue::Flag(false)), ("allowed_scopes", list(&[]))]);
    let meant = meaning_of_form(FIELDS, &shown, &posted);
    assert_eq!(difference(FIELDS, &shown, &meant).len(), 2);
}

#[test]
fn an_emptied_text_becomes_unset() {
    let shown = values(&[("parent_id", text("a"))]);
    let meant = meaning_of_form(FIELDS, &shown, &values(&[("parent_id", text(""))]));
    assert_eq!(meant.get("parent_id"), None);
}

#[test]
fn what_a_form_does_not_send_back_is_no_change() {
    let shown = values(&[
        ("name", text("Meridian ")),
        ("parent_id", text("  ")),
        ("allowed_scopes", list(&["", " a", "a", "b"])),
        ("enabled", FieldValue::Flag(true)),
    ]);
    let posted = values(&[
        ("name", text("Meridian")),
        ("parent_id", text("")),
        ("allowed_scopes", list(&["a", "b"])),
        ("enabled", FieldValue::Flag(false)),
    ]);
    let meant = meaning_of_form(FIELDS, &shown, &posted);
    let changed: Vec<_> = difference(FIELDS, &shown, &meant).into_iter().map(|change| change.field).collect();
    assert_eq!(changed, ["enabled"]);
    assert_eq!(meant.get("name"), Some(&text("Meridian ")));
}

#[test]
fn line_breaks_that_a_browser_changes_are_no_change() {
    let fields = ObjectKind::OAuthClient.fields();
    let shown = values(&[
        ("name", text("Acme\nLtd")),
        ("required_scopes", list(&["a\nb", "ab", "c\rd"])),
        ("return_urls", list(&["https://a.example/\r\nx"])),
    ]);
    let posted = values(&[
        ("name", text("AcmeLtd")),
        ("required_scopes", list(&["a\r\nb", "ab", "c\r\nd"])),
        ("return_urls", list(&["https://a.example/x"])),
    ]);
    assert_eq!(meaning_of_form(fields, &shown, &posted), shown);
    let unticked = values(&[("required_scopes", list(&["ab", "c\r\nd"]))]);
    let meant = meaning_of_form(fields, &shown, &unticked);
    assert_eq!(meant.get("required_scopes"), Some(&list(&["ab", "c\rd"])));
    let renamed = meaning_of_form(fields, &shown, &values(&[("name", text("Acme Ltd"))]));
    assert_eq!(renamed.get("name"), Some(&text("Acme Ltd")));
}

#[test]
fn an_entry_that_was_left_alone_stays_as_it_is_beside_one_that_was_added() {
    let shown = values(&[("allowed_scopes", list(&["a\nb", " c", "d"]))]);
    let posted = values(&[("allowed_scopes", list(&["a\r\nb", "c", "d", "e"]))]);
    let changes = difference(FIELDS, &shown, &meaning_of_form(FIELDS, &shown, &posted));
    assert_eq!((changes[0].removed(), changes[0].added()), (Vec::new(), vec!["e".to_owned()]));
    // Of several that are sent back as one, and of one that is not sent back, none is removed.
    let shown = values(&[("allowed_scopes", list(&["a\nb", "a\rb", "c", "c ", ""]))]);
    let posted = values(&[("allowed_scopes", list(&["a\r\nb", "c", "e"]))]);
    let changes = difference(FIELDS, &shown, &meaning_of_form(FIELDS, &shown, &posted));
    assert_eq!((changes[0].removed(), changes[0].added()), (Vec::new(), vec!["e".to_owned()]));
    let posted = values(&[("allowed_scopes", list(&["c"]))]);
    let changes = difference(FIELDS, &shown, &meaning_of_form(FIELDS, &shown, &posted));
    assert_eq!(changes[0].removed(), ["a\nb", "a\rb"]);
}

#[test]
fn a_list_in_another_order_is_no_change() {
    let shown = values(&[("allowed_scopes", list(&["b", "a"]))]);
    let meant = meaning_of_form(FIELDS, &shown, &values(&[("allowed_scopes", list(&["a", "b"]))]));
    assert_eq!(meant, shown);
}

#[test]
fn members_that_two_admins_add_are_both_kept() {
    let shown = values(&[("allowed_scopes", list(&["openid", "phone"]))]);
    let mine = values(&[("allowed_scopes", list(&["openid", "email"]))]);
    let theirs = values(&[("allowed_scopes", list(&["openid", "phone", "fraud"]))]);
    let merged = merge(FIELDS, &shown, &mine, &theirs);
    assert!(merged.conflicts.is_empty());
    assert_eq!(merged.changes[0].after, Some(list(&["openid", "fraud", "email"])));
    assert_eq!(merged.changes[0].added(), ["email"]);
    assert_eq!(merged.changes[0].removed(), ["phone"]);
}

#[test]
fn two_different_names_are_a_conflict_and_nothing_is_chosen() {
    let merged = merge(
        FIELDS,
        &values(&[("name", text("a"))]),
        &values(&[("name", text("mine"))]),
        &values(&[("name", text("theirs"))]),
    );
    assert!(merged.changes.is_empty());
    assert_eq!(merged.conflicts[0].field, "name");
}

#[test]
fn the_same_change_made_twice_is_no_conflict_and_nothing_to_write() {
    let merged = merge(
        FIELDS,
        &values(&[("name", text("a"))]),
        &values(&[("name", text("b"))]),
        &values(&[("name", text("b"))]),
    );
    assert!(merged.changes.is_empty() && merged.conflicts.is_empty());
}

fn any_value() -> impl Strategy<Value = Option<FieldValue>> {
    prop_oneof![
        Just(None),
        any::<bool>().prop_map(|on| Some(FieldValue::Flag(on))),
        "[a-c]{0,2}".prop_map(|text| Some(FieldValue::Text(text))),
        prop::collection::vec("[a-d]", 0..4).prop_map(|items| Some(FieldValue::List(items))),
    ]
}

fn any_list() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[a-f]", 0..8)
}

fn any_values() -> impl Strategy<Value = FieldValues> {
    let fields = ObjectKind::Organisation.fields();
    prop::collection::vec(any_value(), fields.len()).prop_map(move |values| {
        fields
            .iter()
            .zip(values)
            .filter_map(|(field, value)| value.map(|value| (field.name.to_owned(), value)))
            .collect()
    })
}

proptest! {
    #[test]
    fn applying_a_difference_gives_what_was_wanted(before in any_values(), after in any_values()) {
        let applied = apply(&before, &difference(FIELDS, &before, &after));
        prop_assert!(difference(FIELDS, &applied, &after).is_empty());
    }

    #[test]
    fn an_edit_of_an_untouched_object_is_the_whole_edit(shown in any_values(), mine in any_values()) {
        let merged = merge(FIELDS, &shown, &mine, &shown);
        prop_assert!(merged.conflicts.is_empty() && merged.kept.is_empty());
        prop_assert_eq!(merged.changes, difference(FIELDS, &shown, &mine));
    }

    #[test]
    fn a_field_that_i_left_alone_is_never_written(
        shown in any_values(), mine in any_values(), theirs in any_values(),
    ) {
        let edited: Vec<String> =
            difference(FIELDS, &shown, &mine).into_iter().map(|change| change.field).collect();
        let merged = merge(FIELDS, &shown, &mine, &theirs);
        for change in &merged.changes {
            prop_assert!(edited.contains(&change.field));
        }
    }

    #[test]
    fn no_edit_is_lost_without_a_word(shown in any_values(), mine in any_values(), theirs in any_values()) {
        let merged = merge(FIELDS, &shown, &mine, &theirs);
        for wanted in difference(FIELDS, &shown, &mine) {
            let told = merged.changes.iter().any(|change| change.field == wanted.field)
                || merged.conflicts.iter().any(|conflict| conflict.field == wanted.field)
                || merged.kept.iter().any(|kept| kept.field == wanted.field);
            prop_assert!(told, "{} vanished", wanted.field);
        }
    }

    #[test]
    fn lists_are_merged_and_compared_as_by_comparing_each_entry_with_every_other(
        shown in any_list(), mine in any_list(), theirs in any_list(),
    ) {
        let kept = theirs.iter().filter(|item| mine.contains(item) || !shown.contains(item));
        let added = mine.iter().filter(|item| !shown.contains(item) && !theirs.contains(item));
        let merged = kept.chain(added).cloned().collect();
        let removed: Vec<String> = theirs.iter().filter(|item| !mine.contains(item)).cloned().collect();
        let [shown, mine, theirs] = [shown, mine, theirs].map(|items| Some(FieldValue::List(items)));
        prop_assert_eq!(
            merge_lists(shown.as_ref(), mine.as_ref(), theirs.as_ref()),
            Some(FieldValue::List(merged))
        );
        let change = FieldChange { field: "allowed_scopes".to_owned(), before: theirs, after: mine };
        prop_assert_eq!(change.removed(), removed);
    }
}
