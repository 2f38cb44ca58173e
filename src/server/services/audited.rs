//! The way of every change: intent on disk, then the call, then its completion.

use crate::domain::audit::{Action, Completion, Intent, Outcome, Target};
use crate::domain::change::FieldChange;
use crate::domain::failure::{Effect, PartnerFailure};
use crate::server::audit::AuditLog;
use crate::server::context::RequestContext;
use crate::server::oneid::Answer;
use crate::server::services::ServiceError;

/// What came of an audited call.
#[derive(Debug)]
pub(super) struct Recorded<T> {
    /// What the partner said.
    pub(super) result: Result<T, PartnerFailure>,
    /// Whether the completion is on disk. When it is not, no further change begins until it is.
    pub(super) is_recorded: bool,
}

/// What the log needs to know of an answer.
pub(super) trait Applied {
    /// Status and request id.
    fn answer(&self) -> &Answer;
    /// The id of a created object.
    fn created_id(&self) -> Option<&str>;
}

impl RequestContext {
    /// An intent of the signed-in person.
    pub(super) fn intent(&self, action: Action, target: Target, changes: Vec<FieldChange>) -> Intent {
        Intent { actor: self.actor(), action, target, changes, request_id: self.request_id.clone() }
    }
}

/// Commits the intent, makes the call, commits what came of it.
///
/// Runs on a task of its own, which the end of the server waits for: a browser that goes away must not leave a change
/// half recorded.
///
/// # Errors
/// When the intent cannot be recorded: then nothing was sent.
pub(super) async fn audited<T: Applied + Send + 'static>(
    context: &RequestContext,
    intent: Intent,
    call: impl Future<Output = Result<T, PartnerFailure>> + Send + 'static,
) -> Result<Recorded<T>, ServiceError> {
    let (result, is_recorded) = recorded(context, intent, call, completion).await?;
    Ok(Recorded { result, is_recorded })
}

/// The same for an act of any sort: `complete_with` says what the log is to know of its result. The flag
/// is whether the completion is on disk.
///
/// # Errors
/// When the intent cannot be recorded: then nothing was done.
pub(super) async fn recorded<R: Send + 'static>(
    context: &RequestContext,
    intent: Intent,
    act: impl Future<Output = R> + Send + 'static,
    complete_with: fn(&R, u32) -> Completion,
) -> Result<(R, bool), ServiceError> {
    let (audit, clock) = (context.state.audit.clone(), context.state.clock.clone());
    let task = context.state.writes.spawn(async move {
        let entry = audit.begin(&intent).await.map_err(ServiceError::AuditUnavailable)?;
        let started = clock.monotonic();
        let result = act.await;
        let took = clock.monotonic().saturating_sub(started);
        let duration_ms = u32::try_from(took.as_millis()).unwrap_or(u32::MAX);
        let is_recorded = complete(&audit, entry, complete_with(&result, duration_ms)).await;
        Ok((result, is_recorded))
    });
    task.await.map_err(|_| ServiceError::Interrupted)?
}

async fn complete(audit: &AuditLog, entry: crate::server::audit::OpenEntry, completion: Completion) -> bool {
    let id = entry.id;
    match audit.complete(entry, completion).await {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(audit.id = id, error = &error as &dyn std::error::Error, "completion not recorded yet");
            false
        }
    }
}

fn completion<T: Applied>(result: &Result<T, PartnerFailure>, duration_ms: u32) -> Completion {
    match result {
        Ok(applied) => Completion {
            outcome: Outcome::Applied,
            http_status: Some(applied.answer().status),
            partner_request_id: applied.answer().request_id.clone(),
            object_id: applied.created_id().map(str::to_owned),
            detail: None,
            duration_ms,
        },
        Err(failure) => Completion {
            outcome: outcome_of(failure),
            http_status: failure.status,
            partner_request_id: failure.request_id.clone(),
            object_id: None,
            detail: Some(match &failure.message {
                Some(message) => format!("{}: {message}", failure.title()),
                None => failure.title().to_owned(),
            }),
            duration_ms,
        },
    }
}

/// A failure with a status was answered; one without, and without effect, never left.
fn outcome_of(failure: &PartnerFailure) -> Outcome {
    use crate::domain::failure::FailureKind;
    match (failure.effect, failure.kind) {
        (Effect::Unknown, _) => Outcome::Unknown,
        (Effect::None, FailureKind::Refused | FailureKind::NotFound | FailureKind::NotAllowed) => Outcome::Refused,
        (Effect::None, FailureKind::RateLimited) if failure.status.is_some() => Outcome::Refused,
        (Effect::None, _) => Outcome::NotSent,
    }
}
