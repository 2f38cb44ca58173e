//! Finding anything, and objects to choose from.

use leptos::server;

use crate::domain::find::{FindPage, FindRequest, FoundObject, Sought};
use crate::error::AppError;

/// Everything that a request finds, as far as the person may see it.
///
/// # Errors
/// When the person may see no objects at all, or the audit log cannot be read.
#[server(endpoint = "find/everything")]
pub async fn find_everything(request: FindRequest) -> Result<FindPage, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::find;

    let context = RequestContext::current()?;
    context.answer(find::find(&context, request).await)
}

/// Objects to choose one from, the best first.
///
/// # Errors
/// When the connection is not known, fails, or the person may not choose from it.
#[server(endpoint = "find/suggest")]
pub async fn suggest_objects(sought: Sought) -> Result<Vec<FoundObject>, AppError> {
    use crate::domain::find::MOST_SUGGESTED;
    use crate::server::context::RequestContext;
    use crate::server::services::find;

    let context = RequestContext::current()?;
    context.answer(find::suggest(&context, &sought, MOST_SUGGESTED).await)
}
