//! The records of the audit log as they lie in their rows, and what their leaves commit to.

mod canonical;
mod columns;
mod entry;
mod joined;
mod parts;
mod silenced;
mod written_changes;

pub(in crate::server::storage) use columns::{
    COMPLETION, CompletionColumns, INTENT, IntentColumns, RESOLUTION, ResolutionColumns,
};
pub(in crate::server::storage) use entry::EntryRow;
pub(in crate::server::storage) use joined::{COLUMNS, FROM, OUTCOME};
pub(in crate::server::storage) use silenced::SilencedRow;
