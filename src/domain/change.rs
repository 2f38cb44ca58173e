//! What a save would change: differences between field values, and the merge of an admin's
//! edit with what happened to the object meanwhile.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::field::{FieldSpecification, FieldType, FieldValue};
use super::field_values::FieldValues;
use super::gather::gather;

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
pub fn applied(changes: &[FieldChange], before: &FieldValues) -> FieldValues {
    let mut after = before.clone();
    for change in changes {
        after.set(&change.field, change.after.clone());
    }
    after
}

/// Whether two values, or none, are the same to the partner.
pub fn same(left: Option<&FieldValue>, right: Option<&FieldValue>) -> bool {
    match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => left.means_the_same_as(right),
        _ => false,
    }
}

/// What a submitted form means, given what the form showed.
///
/// A form cannot send "not set": a control that was left blank where the partner had sent
/// nothing stays unset, so that saving never freezes an inherited default. A text that was
/// emptied becomes unset. A list that only changed its order keeps the partner's order. White space
/// and repeated or empty entries that a form does not send back stay. A field that was not posted was
/// not on the form, and stays as it is.
pub fn meaning_of_form(fields: &[FieldSpecification], shown: &FieldValues, posted: &FieldValues) -> FieldValues {
    fields
        .iter()
        .filter_map(|field| {
            let shown = shown.get(field.name);
            let meant = match (shown, posted.get(field.name)) {
                (shown, None) => shown.cloned(),
                (None, Some(posted)) if posted.is_blank() => None,
                (Some(shown), Some(posted)) if is_untouched(field.field_type, shown, posted) => Some(shown.clone()),
                (Some(FieldValue::Text(_)), Some(FieldValue::Text(posted))) if posted.is_empty() => None,
                (_, posted) => posted.cloned(),
            };
            meant.map(|value| (field.name.to_owned(), value))
        })
        .collect()
}

/// Whether a form that shows a value sends this one back when nobody touches it.
fn is_untouched(field_type: FieldType, shown: &FieldValue, posted: &FieldValue) -> bool {
    let sent_back = match shown {
        FieldValue::Text(text) => FieldValue::Text(text.trim().to_owned()),
        FieldValue::List(entries) => FieldValue::List(gather(field_type, entries, "")),
        FieldValue::Flag(_) => shown.clone(),
    };
    shown.means_the_same_as(posted) || sent_back.means_the_same_as(posted)
}

/// A field that the admin and someone else changed to different values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The Partner API's name of the field.
    pub field: String,
    /// What the form showed.
    pub shown: Option<FieldValue>,
    /// What the admin wants.
    pub mine: Option<FieldValue>,
    /// What the partner holds now.
    pub theirs: Option<FieldValue>,
}

impl Conflict {
    /// The change that keeps the admin's value.
    pub fn into_mine(self) -> FieldChange {
        FieldChange { field: self.field, before: self.theirs, after: self.mine }
    }
}

/// An edit laid over the object as it is now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// What a save would write: from what the partner holds now to what the admin wants.
    pub changes: Vec<FieldChange>,
    /// Fields that need a decision. While there is one, nothing may be saved.
    pub conflicts: Vec<Conflict>,
    /// What changed at the partner since the form was opened and does not touch the edit.
    pub kept: Vec<FieldChange>,
}

/// Lays an edit (`shown` → `mine`) over the present state (`theirs`), field by field.
///
/// Lists are merged by member, so that two admins who add different scopes both get theirs.
/// Everything else that both sides changed to different values is a [`Conflict`].
pub fn merge(fields: &[FieldSpecification], shown: &FieldValues, mine: &FieldValues, theirs: &FieldValues) -> Merge {
    let mut merge = Merge::default();
    for field in fields {
        let (shown, mine, theirs) = (shown.get(field.name), mine.get(field.name), theirs.get(field.name));
        let i_changed = !same(shown, mine);
        let they_changed = !same(shown, theirs);
        let name = || field.name.to_owned();
        let change = |before: Option<&FieldValue>, after: Option<&FieldValue>| FieldChange {
            field: name(),
            before: before.cloned(),
            after: after.cloned(),
        };
        match (i_changed, they_changed) {
            (false, false) => {}
            (false, true) => merge.kept.push(change(shown, theirs)),
            (true, false) => merge.changes.push(change(theirs, mine)),
            (true, true) if same(mine, theirs) => merge.kept.push(change(shown, theirs)),
            (true, true) => {
                if let Some(merged) = merge_lists(shown, mine, theirs) {
                    merge.kept.push(change(shown, theirs));
                    if !same(theirs, Some(&merged)) {
                        merge.changes.push(change(theirs, Some(&merged)));
                    }
                } else {
                    merge.conflicts.push(Conflict {
                        field: name(),
                        shown: shown.cloned(),
                        mine: mine.cloned(),
                        theirs: theirs.cloned(),
                    });
                }
            }
        }
    }
    merge
}

/// Theirs, with what I added and without what I removed. `None` when one of them is no list.
fn merge_lists(
    shown: Option<&FieldValue>,
    mine: Option<&FieldValue>,
    theirs: Option<&FieldValue>,
) -> Option<FieldValue> {
    let (Some(FieldValue::List(shown)), Some(FieldValue::List(mine)), Some(FieldValue::List(theirs))) =
        (shown, mine, theirs)
    else {
        return None;
    };
    let [was_shown, is_mine, is_theirs] = [shown, mine, theirs].map(|items| items.iter().collect::<HashSet<_>>());
    let kept = theirs.iter().filter(|item| is_mine.contains(item) || !was_shown.contains(item));
    let added = mine.iter().filter(|item| !was_shown.contains(item) && !is_theirs.contains(item));
    Some(FieldValue::List(kept.chain(added).cloned().collect()))
}

/// The values with the changes made.
pub fn apply(values: &FieldValues, changes: &[FieldChange]) -> FieldValues {
    let mut values = values.clone();
    for change in changes {
        values.set(&change.field, change.after.clone());
    }
    values
}

#[cfg(test)]
#[path = "change_test.rs"]
mod tests;
