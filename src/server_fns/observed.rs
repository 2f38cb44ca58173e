//! Changes made outside of this dashboard: accepting one, and the way to reverting it.

use leptos::server;

use crate::error::AppError;

/// Accepts everything that was observed of an object up to the entry `until`, and sends the browser back to the page
/// `from`: `object`, `entry` or `overview`.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not recorded. A browser is sent back instead.
#[server(endpoint = "observed/accept")]
pub async fn accept_observed(
    connection: String,
    kind: String,
    id: String,
    until: i64,
    #[server(default)] note: String,
    #[server(default)] from: String,
) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::observed::replies::{self, AnsweredOn};
    use crate::server::services::observed::{answer, target};

    let context = RequestContext::current()?;
    let about = context.answer(target(connection, &kind, id, until))?;
    let accepted = answer::accept(&context, about.clone(), &note).await;
    replies::after_accept(&context, &about, AnsweredOn::from_code(&from), accepted).await
}

/// Makes a draft that brings back what was before everything that was observed of an object up to the entry `until`,
/// and sends the browser to its review. Nothing is sent to the partner.
///
/// # Errors
/// To a caller that does not accept HTML: why there is no draft. A browser is sent back instead.
#[server(endpoint = "observed/revert")]
pub async fn revert_observed(
    connection: String,
    kind: String,
    id: String,
    until: i64,
    #[server(default)] from: String,
) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::observed::replies::{self, AnsweredOn};
    use crate::server::services::observed::{revert, target};

    let context = RequestContext::current()?;
    let about = context.answer(target(connection, &kind, id, until))?;
    let reverting = revert::revert(&context, &about).await;
    replies::after_revert(&context, &about, AnsweredOn::from_code(&from), reverting).await
}
