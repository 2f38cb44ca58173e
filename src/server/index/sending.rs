//! Changes that are being sent from here: a list that is read meanwhile may show them before their answer arrives.

use std::sync::Arc;
use std::time::Duration;

use super::connection_index::Index;
use super::model::Model;
use super::sent::Sent;
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::server::oneid::cut_value;

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

impl Sending {
    /// Stays for a while: the answer was lost, and the partner may be at work on it.
    pub fn linger(self, wait: Duration) {
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            drop(self);
        });
    }
}

impl Index {
    /// Notes that an object is being changed, or that one is being created when it has no ID yet: it is not told as the
    /// change of somebody else.
    pub fn sending(&self, kind: ObjectKind, id: Option<&str>, fields: &FieldValues) -> Sending {
        // As the list has it that shows it.
        let name = match fields.get("name").cloned().map(cut_value) {
            Some(FieldValue::Text(name)) => Some(name),
            _ => None,
        };
        let model = Arc::clone(&self.lists.model);
        let mut state = model.state();
        state.changes += 1;
        let number = state.changes;
        state.sent.push(Sent { number, kind, id: id.map(str::to_owned), name });
        drop(state);
        Sending { model, number }
    }
}
