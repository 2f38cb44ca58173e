//! Messages for the next page. One that cannot be left is no reason to say that a change failed.

use crate::domain::shell::{Flash, Tone};
use crate::server::context::RequestContext;

/// Leaves a message for the next page.
pub(super) async fn leave(context: &RequestContext, tone: Tone, words: String) {
    if let Err(error) = context.session.push_flash(Flash { tone, words }).await {
        tracing::warn!(request_id = context.request_id, %error, "message not left");
    }
}

/// Leaves word of a change that was made.
pub(super) async fn tell_of_change(context: &RequestContext, is_recorded: bool, words: String) {
    if is_recorded {
        leave(context, Tone::Good, words).await;
    } else {
        let words = format!(
            "{words} What came of it is not in the audit log yet: the database does not accept it. \
             No further change is sent until it does. Tell the operator of this dashboard."
        );
        leave(context, Tone::Warning, words).await;
    }
}
