//! One's own sessions: the list, and ending them.

use leptos::server;

use crate::domain::session_summary::SessionSummary;
use crate::error::AppError;

/// The person's sessions, the one used last first.
///
/// # Errors
/// When they cannot be read.
#[server(endpoint = "sessions/list")]
pub async fn list_sessions() -> Result<Vec<SessionSummary>, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::sessions;

    let context = RequestContext::current()?;
    context.answer(sessions::list(&context).await)
}

/// Ends one of the person's sessions, and sends the browser to the account page.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not ended. A browser is sent on with a message instead.
#[server(endpoint = "sessions/end")]
pub async fn end_session(handle: String) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::{replies, sessions};

    let context = RequestContext::current()?;
    let ended = sessions::end(&context, &handle).await;
    replies::to_account(&context, ended).await
}

/// Ends all of the person's sessions but this one, and sends the browser to the account page.
///
/// # Errors
/// To a caller that does not accept HTML: why they were not ended. A browser is sent on with a message instead.
#[server(endpoint = "sessions/end-others")]
pub async fn end_other_sessions() -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::{replies, sessions};

    let context = RequestContext::current()?;
    let ended = sessions::end_others(&context).await;
    replies::to_account(&context, ended).await
}
