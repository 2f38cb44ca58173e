//! Screens about organisations.

mod clients;
pub(super) mod detail;
mod form;
pub(super) mod history;
mod list;
mod table;

pub use detail::OrganisationPage;
pub use form::{EditOrganisationPage, NewOrganisationPage};
pub use history::OrganisationHistoryPage;
pub(super) use history::history_page;
pub use list::OrganisationsPage;
