//! Pages about clients.

mod controls;
mod detail;
mod form;
mod list;
mod secret;
mod table;

pub use detail::detail;
pub use form::{create, edit};
pub use list::list;
pub(super) use table::{client_row, client_table};
