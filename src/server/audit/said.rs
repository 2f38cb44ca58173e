//! What the records of the log's own events say: the verifier goes by it, once they are what their leaves commit to.

use serde_json::Value;

use crate::domain::audit::Action;
use crate::server::storage::{Record, RecordKind};

/// Where the parts are in a record.
const BEFORE: usize = 2;
const AFTER: usize = 3;
const DETAIL: usize = 4;

/// How the detail of an intent begins: its members are sorted by name.
const ACTION: &str = r#"{"action":""#;

/// Whether a record is the intent of this action.
pub(super) fn is_of(record: &Record, action: Action) -> bool {
    let code = record.parts[DETAIL].strip_prefix(ACTION).and_then(|rest| rest.strip_prefix(action.code()));
    record.kind == RecordKind::Intent && code.is_some_and(|rest| rest.starts_with('"'))
}

/// Whether a record is the intent of an event that the verifier goes by.
pub(super) fn is_of_the_log(record: &Record) -> bool {
    [Action::Retention, Action::Erasure, Action::LogContinued].into_iter().any(|action| is_of(record, action))
}

/// The value of a field before it; `None` when the record does not say.
pub(super) fn before(record: &Record, field: &str) -> Option<Value> {
    value(record, (BEFORE, "before"), field)
}

/// The value of a field after it; `None` when the record does not say.
pub(super) fn after(record: &Record, field: &str) -> Option<Value> {
    value(record, (AFTER, "after"), field)
}

fn value(record: &Record, (part, side): (usize, &str), field: &str) -> Option<Value> {
    let changes: Vec<Value> = serde_json::from_str(&record.parts[part]).ok()?;
    changes.into_iter().find(|change| change["field"] == field).map(|change| change[side].clone())
}
