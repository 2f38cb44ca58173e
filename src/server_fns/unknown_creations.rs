//! Creations whose outcome nobody knows: what may have come of one, and deciding it.

use leptos::server;

use crate::domain::unknown_creation::UnknownCreation;
use crate::error::AppError;

/// What is known of a creation, and what it may have created.
///
/// # Errors
/// When there is no such creation, the person may not edit where it is, or the log cannot be read.
#[server(endpoint = "unknown/creation")]
pub async fn load_unknown_creation(connection: String, entry: i64) -> Result<UnknownCreation, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::objects::decide;

    let context = RequestContext::current()?;
    context.answer(decide::show(&context, &connection, entry).await)
}

/// Records that a creation created this object, and sends the browser back to the page of the creation.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not recorded. A browser is sent back instead.
#[server(endpoint = "unknown/created")]
pub async fn decide_created(connection: String, entry: i64, id: String) -> Result<(), AppError> {
    use crate::domain::unknown_creation::Decision;
    use crate::server::context::RequestContext;
    use crate::server::services::decided;
    use crate::server::services::objects::decide;

    let context = RequestContext::current()?;
    let done = decide::decide(&context, &connection, entry, Decision::Created(id)).await;
    decided::after(&context, &connection, entry, done).await
}

/// Records that a creation created nothing, and sends the browser back to the page of the creation.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not recorded. A browser is sent back instead.
#[server(endpoint = "unknown/not-created")]
pub async fn decide_not_created(connection: String, entry: i64) -> Result<(), AppError> {
    use crate::domain::unknown_creation::Decision;
    use crate::server::context::RequestContext;
    use crate::server::services::decided;
    use crate::server::services::objects::decide;

    let context = RequestContext::current()?;
    let done = decide::decide(&context, &connection, entry, Decision::NotCreated).await;
    decided::after(&context, &connection, entry, done).await
}
