//! How a log goes on after a restore: the first entry of the history that begins names the end of the one before.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::said::{after, before, is_of};
use super::tree::Hash;
use crate::domain::audit::{Action, Actor, Intent, NAME_OF_THE_LOG, RECORDS, ROOT, Target};
use crate::domain::change::FieldChange;
use crate::domain::field::FieldValue;
use crate::server::storage::Record;

/// What the first entry of a history says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Continuation {
    /// The name that the log was signed under.
    pub from: String,
    /// The name that it is signed under from here on.
    pub to: String,
    /// How many records there were.
    pub size: u64,
    /// The root of the tree of these.
    pub root: Hash,
}

impl Continuation {
    /// The entry.
    pub fn entry(&self, continued_by: &str) -> Intent {
        let text = |text: &str| Some(FieldValue::Text(text.to_owned()));
        let name = FieldChange { field: NAME_OF_THE_LOG.to_owned(), before: text(&self.from), after: text(&self.to) };
        let mut entry =
            Intent::event(Action::LogContinued, Actor::nobody(continued_by), Target::of_dashboard(None), "");
        entry.changes.push(name);
        entry.with_text(RECORDS, &self.size.to_string()).with_text(ROOT, &STANDARD.encode(self.root))
    }

    /// Whether a record is of such an entry.
    pub(super) fn is_in(record: &Record) -> bool {
        is_of(record, Action::LogContinued)
    }

    /// What the record of such an entry says; `None` when that cannot be read.
    pub(super) fn read(record: &Record) -> Option<Self> {
        let text = |value: Option<Value>| value?.as_str().map(str::to_owned);
        Some(Self {
            from: text(before(record, NAME_OF_THE_LOG))?,
            to: text(after(record, NAME_OF_THE_LOG))?,
            size: text(after(record, RECORDS))?.parse().ok()?,
            root: STANDARD.decode(text(after(record, ROOT))?).ok()?.try_into().ok()?,
        })
    }
}
