//! A change that was sent from here and has no answer yet.

use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;

/// What is being sent.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    /// Tells it from others.
    pub(super) number: u64,
    pub(super) kind: ObjectKind,
    /// The ID of the object; `None` while it is being created.
    pub(super) id: Option<String>,
    /// The name that a new object gets.
    pub(super) name: Option<String>,
}

impl Sent {
    /// Whether it may have made an object what a list shows: this one, or a new one of this name.
    pub(super) fn may_have_made(
        &self,
        kind: ObjectKind,
        id: &str,
        before: Option<&FieldValues>,
        after: &FieldValues,
    ) -> bool {
        self.kind == kind
            && match &self.id {
                Some(own) => own == id,
                None => before.is_none() && after.text("name") == self.name.as_deref(),
            }
    }
}
