//! The overview of all connections.

use leptos::server;

use crate::domain::overview::Overview;
use crate::error::AppError;

/// Every OneID connection at a glance, and the last changes.
///
/// # Errors
/// When the audit log cannot be read.
#[server(endpoint = "overview")]
pub async fn load_overview() -> Result<Overview, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::overview;

    let context = RequestContext::current()?;
    context.answer(overview::overview(&context).await)
}
