//! Pages about the audit log.

mod entry;
mod filters;
mod list;
mod proof;
mod related;
mod timeline;

pub use entry::entry;
pub use list::list;
