//! Listing and ending one's own sessions.

use super::ServiceError;
use crate::domain::audit::{Action, REASON, Target};
use crate::domain::session_summary::SessionSummary;
use crate::domain::shell::{Flash, Tone};
use crate::server::context::RequestContext;

/// The person's sessions, the one used last first.
///
/// # Errors
/// When they cannot be read.
pub async fn list(context: &RequestContext) -> Result<Vec<SessionSummary>, ServiceError> {
    let current = context.session.id();
    context.sessions.of_subject(&context.principal.subject, current).await.map_err(ServiceError::Sessions)
}

/// Ends one of the person's sessions.
///
/// # Errors
/// When there is none of this name among them, or it cannot be ended.
pub async fn end(context: &RequestContext, handle: &str) -> Result<Flash, ServiceError> {
    let is_ended = context.sessions.end(&context.principal.subject, handle).await.map_err(ServiceError::Sessions)?;
    if !is_ended {
        return Err(ServiceError::NotFound);
    }
    note(context, handle.to_owned()).await;
    Ok(Flash { tone: Tone::Good, message: "The session has been ended.".to_owned() })
}

/// Ends all of the person's sessions but the one that asks.
///
/// # Errors
/// When they cannot be ended.
pub async fn end_others(context: &RequestContext) -> Result<Flash, ServiceError> {
    let current = context.session.id();
    let ended =
        context.sessions.end_others(&context.principal.subject, current).await.map_err(ServiceError::Sessions)?;
    let message = match ended.len() {
        0 => "You have no other sessions.".to_owned(),
        1 => "One other session has been ended.".to_owned(),
        count => format!("{count} other sessions have been ended."),
    };
    for one in ended {
        note(context, one.handle).await;
    }
    Ok(Flash { tone: Tone::Good, message })
}

/// The owner ended a session, in another one.
async fn note(context: &RequestContext, handle: String) {
    let entry = context.event(Action::SessionEnded, Target::of_dashboard(Some(handle)));
    context.audit.note(entry.with_text(REASON, "owner")).await;
}
