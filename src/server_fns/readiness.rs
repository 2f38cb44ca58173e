//! Readiness rules that people silence for one object.

use leptos::server;

use crate::error::AppError;

/// Silences a readiness rule for an object, and sends the browser back to its page. `kind` is the code of the object's kind,
/// `rule` that of the rule.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not recorded. A browser is sent back instead.
#[server(endpoint = "readiness/silence")]
pub async fn silence_rule(
    connection: String,
    kind: String,
    id: String,
    rule: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::silenced;

    let context = RequestContext::current()?;
    let target = context.answer(silenced::target(connection, &kind, id, rule))?;
    let done = silenced::silence(&context, target.clone(), &reason).await;
    silenced::after(&context, &target, true, done).await
}

/// Stops silencing a readiness rule for an object, and sends the browser back to its page.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not recorded. A browser is sent back instead.
#[server(endpoint = "readiness/unsilence")]
pub async fn unsilence_rule(connection: String, kind: String, id: String, rule: String) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::silenced;

    let context = RequestContext::current()?;
    let target = context.answer(silenced::target(connection, &kind, id, rule))?;
    let done = silenced::unsilence(&context, target.clone()).await;
    silenced::after(&context, &target, false, done).await
}
