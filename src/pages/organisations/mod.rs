//! Screens about organisations.

mod cells;
mod clients;
mod detail;
mod form;
mod list;
mod table;
mod tree;

pub use detail::detail;
pub use form::{create, edit};
pub use list::list;
