//! Pages about the audit log.

mod entry;
mod list;

pub use entry::AuditEntryPage;
pub use list::AuditLogPage;
