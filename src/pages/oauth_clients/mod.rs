//! Pages about clients.

mod controls;
mod detail;
mod form;
mod list;
mod readiness;
mod secret;
mod table;

use super::Address;
use crate::components::Html;
use crate::domain::object::ObjectKind;
use crate::error::AppError;

pub use detail::detail;
pub use form::{create, edit};
pub use list::list;
pub(super) use table::ClientTable;

/// `/{connection}/clients/{id}/history`
///
/// # Errors
/// When it cannot be read, or the person may not read it.
pub async fn history(address: Address) -> Result<Html, AppError> {
    super::organisations::history_page(ObjectKind::OAuthClient, address).await
}
