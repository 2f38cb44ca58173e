//! Changes that are being sent from here: a list that is read meanwhile may show them before their answer arrives.

use std::sync::Arc;

use super::connection_index::Index;
use super::model::Model;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;

/// What is being sent.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    number: u64,
    kind: ObjectKind,
    /// The ID of the object; `None` while it is being created.
    id: Option<String>,
    /// The name that a new object gets.
    name: Option<String>,
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

/// A change that is being sent, until this is dropped. It must be kept until the index has the change, or knows that it
/// may have been made.
#[derive(Debug)]
#[must_use]
pub struct Sending {
    model: Arc<Model>,
    number: u64,
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.model.state().sent.retain(|sent| sent.number != self.number);
    }
}

impl Index {
    /// Notes that an object is being changed, or that one is being created when it has no ID yet: it is not told as the
    /// change of somebody else.
    pub fn sending(&self, kind: ObjectKind, id: Option<&str>, fields: &FieldValues) -> Sending {
        let name = fields.text("name").map(str::to_owned);
        let model = Arc::clone(&self.lists.model);
        let mut state = model.state();
        state.changes += 1;
        let number = state.changes;
        state.sent.push(Sent { number, kind, id: id.map(str::to_owned), name });
        drop(state);
        Sending { model, number }
    }
}
