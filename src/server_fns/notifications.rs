//! The targets of notifications: how they are, and test messages.

use leptos::server;

use crate::domain::notification::TargetState;
use crate::error::AppError;

/// Every target as it is now.
///
/// # Errors
/// When the person may not see them.
#[server(endpoint = "notifications/list")]
pub async fn load_notifications() -> Result<Vec<TargetState>, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::notifications;

    let context = RequestContext::current()?;
    context.answer(notifications::list(&context).await)
}

/// Sends a test message to a target, and sends the browser to the list.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not sent. A browser is sent on with a message instead.
#[server(endpoint = "notifications/send-test")]
pub async fn send_test_notification(name: String) -> Result<(), AppError> {
    use crate::paths;
    use crate::server::context::RequestContext;
    use crate::server::services::{notifications, replies};

    let context = RequestContext::current()?;
    let sent = notifications::send_test(&context, &name).await;
    replies::to_page(&context, sent, paths::NOTIFICATIONS.to_owned()).await
}
