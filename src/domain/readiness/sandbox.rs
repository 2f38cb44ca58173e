//! Whether a production client is still what it was in the sandbox.

use crate::domain::change::FieldChange;
use crate::domain::field::FieldValue;

/// What can be changed without anything being made ready for live users.
const INCIDENTAL: &[&str] = &["name", "enabled"];

/// Whether turning production on is the last that was done to a client, and nothing else was done with it. `changes` are
/// those of each entry of the log, the newest first. What the log does not say is no fault.
pub fn is_unchanged_since_sandbox<'c>(changes: impl IntoIterator<Item = &'c [FieldChange]>) -> bool {
    let of_note = |changes: &'c [FieldChange]| {
        let fields = changes.iter().filter(|change| !INCIDENTAL.contains(&change.field.as_str()));
        Some(fields.collect::<Vec<_>>()).filter(|fields| !fields.is_empty())
    };
    let last = changes.into_iter().find_map(of_note);
    last.is_some_and(|changes| matches!(changes.as_slice(), [only] if turns_production_on(only)))
}

/// A creation has no value before: it is not turned on then.
fn turns_production_on(change: &FieldChange) -> bool {
    change.field == "is_production"
        && matches!(change.after, Some(FieldValue::Flag(true)))
        && matches!(change.before, Some(FieldValue::Flag(false)))
}
