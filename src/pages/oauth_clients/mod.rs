//! Pages about clients.

mod choose_organisation;
mod controls;
mod detail;
mod form;
mod journey;
mod list;
mod secret;
mod table;

pub use detail::detail;
pub use form::{create, create_somewhere, edit};
pub use journey::journey;
pub use list::list;
pub(super) use table::{client_row, client_table};
