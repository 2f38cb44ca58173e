//! Bringing back earlier values of an object: what a form shows, and what it is to say instead.

use crate::domain::change::FieldChange;
use crate::domain::field::{FieldType, FieldValue};
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;

/// The two sides of an edit that brings back earlier values.
#[derive(Debug)]
pub(in crate::server::services) struct Sides {
    /// The object with the newer values.
    pub(in crate::server::services) shown: FieldValues,
    /// The object with the earlier ones.
    pub(in crate::server::services) wanted: FieldValues,
    /// The labels of the fields that had no value before: the Partner API takes none back.
    pub(in crate::server::services) unset: Vec<&'static str>,
}

impl Sides {
    /// The object as it is now, with the newer and the earlier values of each change.
    pub(in crate::server::services) fn of(kind: ObjectKind, now: &FieldValues, changes: Vec<FieldChange>) -> Self {
        let mut sides = Self { shown: now.clone(), wanted: now.clone(), unset: Vec::new() };
        for FieldChange { field, before, after } in changes {
            let Some(known) = kind.field(&field) else {
                continue;
            };
            // An emptied text is taken away; a form has no such word for a flag or a list.
            let before = match (before, known.field_type) {
                (None, FieldType::Text) => Some(FieldValue::Text(String::new())),
                (before, _) => before,
            };
            if before.is_none() {
                sides.unset.push(known.label);
                continue;
            }
            sides.shown.set(&field, after);
            sides.wanted.set(&field, before);
        }
        sides
    }
}
