//! Entries of the journal of an index as they lie in their rows.

use sqlx::FromRow;

use super::moment;
use crate::domain::object::ObjectKind;
use crate::server::storage::{JournalEntry, JournalPosition};

#[derive(FromRow)]
pub(in crate::server::storage) struct JournalRow {
    object_kind: String,
    object_id: String,
    organisation_id: Option<String>,
    fields: String,
    changed_at: i64,
    position: i64,
}

/// An entry as it lies in its row, with its place; `None` when it is of a version of the product that this one cannot read.
pub(in crate::server::storage) fn entry(row: JournalRow) -> Option<(JournalPosition, JournalEntry)> {
    let entry = JournalEntry {
        kind: ObjectKind::from_code(&row.object_kind)?,
        id: row.object_id,
        organisation_id: row.organisation_id,
        fields: serde_json::from_str(&row.fields).ok()?,
        changed_at: moment(row.changed_at),
    };
    Some((JournalPosition(row.position), entry))
}
