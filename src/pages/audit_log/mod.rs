//! Pages about the audit log.

mod entry;
mod list;

pub use entry::entry;
pub use list::list;
