//! What a revert brings back, and what it cannot.

use time::OffsetDateTime;
use time::macros::datetime;

use super::*;
use crate::domain::audit::ObservedIn;
use crate::domain::connection::Environment;
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;

const THEN: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);
const HERE: ObservedIn<'static> = ObservedIn { connection: "sandbox", environment: Environment::Sandbox };

fn values(pairs: &[(&str, FieldValue)]) -> FieldValues {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn text(words: &str) -> FieldValue {
    FieldValue::Text(words.to_owned())
}

fn entry(before: Option<&FieldValues>, after: Option<&FieldValues>) -> AuditEntry {
    let intent = HERE.object((ObjectKind::Organisation, "o-1", "Meridian"), None, before, after, THEN).unwrap();
    AuditEntry { id: 1, intended_at: THEN, intent, completed_at: None, completion: None, resolution: None }
}

#[test]
fn several_changes_are_undone_to_the_oldest_value_of_each_field() {
    let [one, two, three] = [("A", true), ("B", true), ("C", false)]
        .map(|(name, is_on)| values(&[("name", text(name)), ("enabled", FieldValue::Flag(is_on))]));
    let undone = undone(&[entry(Some(&two), Some(&three)), entry(Some(&one), Some(&two))]);
    let change = |field: &str, before, after| FieldChange { field: field.to_owned(), before, after };
    assert_eq!(
        undone,
        [
            change("name", Some(text("A")), Some(text("C"))),
            change("enabled", Some(FieldValue::Flag(true)), Some(FieldValue::Flag(false))),
        ]
    );
}

#[test]
fn nothing_before_an_object_came_or_went_is_brought_back() {
    let [one, two] = ["A", "B"].map(|name| values(&[("name", text(name))]));
    let after_added = undone(&[entry(Some(&one), Some(&two)), entry(None, Some(&one))]);
    assert_eq!(after_added.iter().map(|change| &change.before).collect::<Vec<_>>(), [&Some(text("A"))]);
    assert!(undone(&[entry(Some(&two), None), entry(Some(&one), Some(&two))]).is_empty());
}

#[test]
fn a_text_that_was_not_set_is_emptied_and_what_a_form_cannot_unset_is_named() {
    let now = values(&[("name", text("Meridian")), ("parent_id", text("p")), ("enabled", FieldValue::Flag(false))]);
    let change = |field: &str, after| FieldChange { field: field.to_owned(), before: None, after: Some(after) };
    let changes = vec![change("parent_id", text("p")), change("enabled", FieldValue::Flag(false))];
    let Sides { shown, wanted, unset } = Sides::of(ObjectKind::Organisation, &now, changes);
    assert_eq!(shown, now);
    assert_eq!((wanted.text("parent_id"), wanted.flag("enabled")), (Some(""), Some(false)));
    assert_eq!(unset, ["Enabled"]);
}
