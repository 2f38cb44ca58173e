//! Screens about organisations.

mod clients;
pub(super) mod detail;
mod form;
pub(super) mod history;
mod list;
mod table;

pub use detail::detail;
pub use form::{create, edit};
pub use history::history;
pub(super) use history::history_page;
pub use list::list;
