//! An edit laid over what happened to the object meanwhile.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{FieldChange, same};
use crate::domain::field::{FieldSpecification, FieldValue};
use crate::domain::field_values::FieldValues;

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
pub(super) fn merge_lists(
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
