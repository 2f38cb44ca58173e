//! What a save would change: the differences between field values, what a form means by its own, and the merge of an edit with
//! what happened to the object meanwhile.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

mod form;
mod merge;

pub use form::meaning_of_form;
pub use merge::{Conflict, Merge, merge};

use super::field::{FieldSpecification, FieldValue};
use super::field_values::FieldValues;

/// The change of one field; `None` is "not set", which is not the same as off or empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The Partner API's name of the field.
    pub field: String,
    /// The value before the change; `None` when it was not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<FieldValue>,
    /// The value after the change; `None` when it is no longer set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<FieldValue>,
}

impl FieldChange {
    /// What a diff shows as taken away: the members of a list that go, or the whole old value.
    pub fn removed(&self) -> Vec<String> {
        texts_of(self.before.as_ref(), self.after.as_ref())
    }

    /// What a diff shows as added: the members of a list that come, or the whole new value.
    pub fn added(&self) -> Vec<String> {
        texts_of(self.after.as_ref(), self.before.as_ref())
    }
}

fn texts_of(this: Option<&FieldValue>, other: Option<&FieldValue>) -> Vec<String> {
    match (this, other) {
        (None, _) => vec!["not set".to_owned()],
        (Some(FieldValue::List(these)), Some(FieldValue::List(others))) => {
            let others: HashSet<&String> = others.iter().collect();
            these.iter().filter(|item| !others.contains(item)).cloned().collect()
        }
        (Some(value), _) => value.texts(),
    }
}

/// The fields that differ, in the order of `fields`.
pub fn difference(fields: &[FieldSpecification], before: &FieldValues, after: &FieldValues) -> Vec<FieldChange> {
    fields
        .iter()
        .filter_map(|field| {
            let (before, after) = (before.get(field.name), after.get(field.name));
            (!same(before, after)).then(|| FieldChange {
                field: field.name.to_owned(),
                before: before.cloned(),
                after: after.cloned(),
            })
        })
        .collect()
}

/// The values once changes are made.
pub fn apply(values: &FieldValues, changes: &[FieldChange]) -> FieldValues {
    let mut values = values.clone();
    for change in changes {
        values.set(&change.field, change.after.clone());
    }
    values
}

/// Whether two values, or none, are the same to the partner.
pub fn same(left: Option<&FieldValue>, right: Option<&FieldValue>) -> bool {
    match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => left.means_the_same_as(right),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
