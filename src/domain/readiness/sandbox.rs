//! Whether a production client is still what it was in the sandbox.

use crate::domain::change::FieldChange;
use crate::domain::field::FieldValue;

/// What can be changed without anything being made ready for live users.
const INCIDENTAL: [&str; 2] = ["name", "enabled"];

/// Whether changes turn production on and do nothing else of note; `None` where they do nothing of note. What the log says of
/// the changes before is derived in the same way, where it is kept.
pub fn turns_production_on_alone(changes: &[FieldChange]) -> Option<bool> {
    let mut of_note = changes.iter().filter(|change| !INCIDENTAL.contains(&change.field.as_str()));
    let first = of_note.next()?;
    Some(of_note.next().is_none() && turns_production_on(first))
}

/// A creation has no value before: it is not turned on then.
fn turns_production_on(change: &FieldChange) -> bool {
    change.field == "is_production"
        && matches!(change.after, Some(FieldValue::Flag(true)))
        && matches!(change.before, Some(FieldValue::Flag(false)))
}
