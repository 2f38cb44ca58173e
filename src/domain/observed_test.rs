//! Several observed entries of one object, as one change.

use time::macros::datetime;

use super::*;
use crate::domain::audit::{Intent, ObservedIn};
use crate::domain::connection::Environment;
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;

const THEN: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);
const HERE: ObservedIn<'static> = ObservedIn { connection: "sandbox", environment: Environment::Sandbox };

fn values(name: &str, is_on: bool) -> FieldValues {
    let name = ("name".to_owned(), FieldValue::Text(name.to_owned()));
    [name, ("enabled".to_owned(), FieldValue::Flag(is_on))].into_iter().collect()
}

fn entry(id: i64, before: Option<&FieldValues>, after: Option<&FieldValues>) -> AuditEntry {
    let last_seen = THEN + time::Duration::hours(id);
    let object = (ObjectKind::Organisation, "o-1", "Meridian");
    let intent: Intent = HERE.object(object, None, before, after, last_seen).unwrap();
    let intended_at = last_seen + time::Duration::MINUTE;
    AuditEntry { id, intended_at, intent, completed_at: None, completion: None, resolution: None }
}

#[test]
fn several_changes_are_one_since_the_oldest_was_last_seen_unchanged() {
    let (first, second, third) = (values("A", true), values("B", true), values("B", false));
    let entries = [entry(2, Some(&second), Some(&third)), entry(1, Some(&first), Some(&second))];
    let change = OpenChange::of(&entries).unwrap();
    assert_eq!(change.fields, ["name", "enabled"]);
    assert_eq!((change.about.until, change.found_at), (2, entries[0].intended_at));
    assert_eq!(change.last_seen, Some(THEN + time::Duration::HOUR));
    assert!(change.may_be_reverted() && !change.may_answer && !change.may_read);
    assert_eq!(OpenChange::of(&[]), None);
}

#[test]
fn what_was_added_and_changed_since_was_added_and_what_went_is_removed() {
    let (first, second) = (values("A", true), values("B", true));
    let added = entry(1, None, Some(&first));
    let changed = entry(2, Some(&first), Some(&second));
    let removed = entry(3, Some(&second), None);
    let found = |entries: &[AuditEntry]| OpenChange::of(entries).unwrap().sighting;
    assert_eq!(found(&[changed.clone(), added.clone()]), Sighting::Added);
    assert_eq!(found(&[removed, changed, added]), Sighting::Removed);
}
