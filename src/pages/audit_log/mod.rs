//! Pages about the audit log.

mod certainty;
mod compare;
mod entry;
mod filters;
mod list;
mod place;
mod proof;
mod related;
mod restore;
mod timeline;

pub use compare::compare;
pub use entry::entry;
pub use list::list;
