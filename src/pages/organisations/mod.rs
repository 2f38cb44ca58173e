//! Screens about organisations.

mod clients;
mod detail;
mod form;
mod list;
mod table;

pub use detail::detail;
pub use form::{create, edit};
pub use list::list;
