//! The targets of notifications: how they are, and test messages, which are in the audit log.

use std::sync::Arc;

use super::ServiceError;
use super::messages::unrecorded;
use super::recorded::{Recorded, recorded, to_the_end};
use crate::domain::audit::{Action, Completion, Outcome, Target};
use crate::domain::notification::TargetState;
use crate::domain::principal::Permission;
use crate::domain::shell::{Flash, Tone};
use crate::server::context::RequestContext;
use crate::server::notifications::TestResult;

/// Every target as it is now.
///
/// # Errors
/// When the person may not see them.
pub async fn list(context: &RequestContext) -> Result<Vec<TargetState>, ServiceError> {
    context.authorize(Permission::TestNotifications)?;
    Ok(context.notifications.states().await)
}

/// Sends a test message to a target, once.
///
/// # Errors
/// When the person may not, there is no such target, or it cannot be recorded.
pub async fn send_test(context: &RequestContext, name: &str) -> Result<Flash, ServiceError> {
    context.authorize(Permission::TestNotifications)?;
    if !context.notifications.has(name) {
        return Err(ServiceError::NotFound);
    }
    let target = Target { name: name.to_owned(), ..Target::of_dashboard(None) };
    let intent = context.intent(context.principal.role(), Action::SendMessage, target, Vec::new());
    let (owned, notifications) = (context.clone(), Arc::clone(&context.notifications));
    let (name, person) = (name.to_owned(), context.principal.name.clone());
    let work = async move {
        let act = notifications.send_test(&name, &person);
        recorded(&owned, intent, act, completion).await
    };
    let Recorded { result, is_recorded, .. } = to_the_end(context, work).await??;
    let (tone, begin) = match result.outcome {
        Outcome::Applied => (Tone::Good, "The test message was accepted."),
        Outcome::Refused => (Tone::Bad, "The test message was refused."),
        Outcome::NotSent | Outcome::NotApplied => (Tone::Bad, "The test message was not sent."),
        Outcome::Unknown => (Tone::Warning, "The target may or may not have received the test message."),
    };
    let message = format!("{begin} {}", result.detail);
    Ok(if is_recorded { Flash { tone, message } } else { Flash { tone: Tone::Warning, message: unrecorded(&message) } })
}

fn completion(result: &TestResult, duration_ms: u32) -> Completion {
    Completion {
        outcome: result.outcome,
        http_status: result.http_status,
        partner_request_id: None,
        object_id: None,
        detail: Some(result.detail.clone()),
        duration_ms,
    }
}
