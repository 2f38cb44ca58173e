//! Pages about connections: all of them, and one.

mod actions;
mod card;
mod claims;
mod detail;
mod facts;
mod list;
mod table;

pub use detail::detail;
pub use list::list;
