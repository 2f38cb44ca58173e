//! Messages for the next page. A change has not failed because its message cannot be left: the answer itself then has
//! the message.

use crate::domain::shell::{Flash, Tone};
use crate::server::context::RequestContext;

/// Leaves a message for the next page. Gives it back when it could not be left.
pub(super) async fn leave(context: &RequestContext, tone: Tone, text: String) -> Option<Flash> {
    let message = Flash { tone, message: text };
    let left = match context.session.established().await {
        Ok(session) => context.messages.leave(session, &message).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let error = left.err()?;
    tracing::warn!(request_id = context.request_id, error, "message not stored");
    Some(message)
}

/// Leaves a message about a change that was made. Gives it back when it could not be left.
pub(super) async fn tell_of_change(context: &RequestContext, is_recorded: bool, text: String) -> Option<Flash> {
    if is_recorded {
        return leave(context, Tone::Good, text).await;
    }
    leave(context, Tone::Warning, unrecorded(&text)).await
}

/// A message about something that was done, with the warning that the log does not have its outcome.
pub(super) fn unrecorded(text: &str) -> String {
    format!(
        "{text} The outcome is not in the audit log yet, because the database cannot be written to. \
         No more changes are sent until it is. Contact the operator of this dashboard."
    )
}
