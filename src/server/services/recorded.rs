//! The way of every act that partners notice: intent on disk, then the act, then its completion.

use tracing::Instrument as _;

use crate::domain::audit::{Action, Actor, Completion, Intent, Outcome, Target};
use crate::domain::change::FieldChange;
use crate::domain::failure::{Effect, FailureKind, PartnerFailure};
use crate::domain::principal::Role;
use crate::server::audit::{AuditLog, OpenEntry};
use crate::server::context::RequestContext;
use crate::server::oneid::Answer;
use crate::server::services::ServiceError;
use crate::server::session_handle::handle_of;

/// What came of an act that was recorded.
#[expect(clippy::struct_field_names, reason = "not all that has this name is recorded in full")]
#[derive(Debug)]
pub(super) struct Recorded<T> {
    /// What the act gave.
    pub(super) result: T,
    /// The number of its entry in the log.
    pub(super) entry: i64,
    /// Whether the completion is on disk. When it is not, no further act begins until it is.
    pub(super) is_recorded: bool,
}

/// What the log needs to know of an answer.
pub(super) trait Applied {
    /// Status and request id.
    fn answer(&self) -> &Answer;
    /// The id of a created object.
    fn created_id(&self) -> Option<&str>;
}

impl Applied for Answer {
    fn answer(&self) -> &Answer {
        self
    }

    fn created_id(&self) -> Option<&str> {
        None
    }
}

impl RequestContext {
    /// An intent of the signed-in person, in the role by which they may do this.
    pub(super) fn intent(&self, role: Role, action: Action, target: Target, changes: Vec<FieldChange>) -> Intent {
        let actor = Actor {
            subject: self.principal.subject.clone(),
            name: self.principal.name.clone(),
            email: self.principal.email.clone(),
            role: role.word().to_owned(),
            groups: self.principal.groups.clone(),
            peer: self.peer.clone(),
            session: self.session.id().map(handle_of),
        };
        Intent { changes, ..Intent::event(action, actor, target, &self.request_id) }
    }

    /// An event that the signed-in person brought about, in their highest role.
    pub(super) fn event(&self, action: Action, target: Target) -> Intent {
        self.intent(self.principal.role(), action, target, Vec::new())
    }
}

/// Messages are left under the session's id, which the browser must learn with an answer before it can go away.
pub(super) async fn establish_session(context: &RequestContext) {
    if let Err(error) = context.session.established().await {
        tracing::warn!(request_id = context.request_id, %error, "no session for messages");
    }
}

/// Runs work that writes on a task of its own, to its end: a browser that goes away must not leave a change half
/// recorded, an object unlocked or a draft behind. The server does not end while such a task runs.
///
/// # Errors
/// When the task ended without an answer.
pub(super) async fn to_the_end<R: Send + 'static>(
    context: &RequestContext,
    work: impl Future<Output = R> + Send + 'static,
) -> Result<R, ServiceError> {
    establish_session(context).await;
    let task = context.writes.spawn(work.instrument(tracing::Span::current()));
    task.await.map_err(|_| ServiceError::Interrupted)
}

/// Commits the intent, makes the call, commits what came of it. Belongs into [`to_the_end`].
///
/// # Errors
/// When the intent cannot be recorded: then nothing was sent.
pub(super) async fn audited<T: Applied>(
    context: &RequestContext,
    intent: Intent,
    call: impl Future<Output = Result<T, PartnerFailure>>,
) -> Result<Recorded<Result<T, PartnerFailure>>, ServiceError> {
    recorded(context, intent, call, completion).await
}

/// The same for an act of any sort: `complete_with` says what the log is to know of its result.
///
/// # Errors
/// When the intent cannot be recorded: then nothing was done.
pub(super) async fn recorded<R>(
    context: &RequestContext,
    intent: Intent,
    act: impl Future<Output = R>,
    complete_with: fn(&R, u32) -> Completion,
) -> Result<Recorded<R>, ServiceError> {
    // Closed when the server is shutting down. What begins now could be cut off in the middle.
    if context.writes.is_closed() {
        return Err(ServiceError::Ending);
    }
    let (audit, clock) = (&context.audit, &context.clock);
    let open = audit.begin(&intent).await.map_err(ServiceError::AuditUnavailable)?;
    let entry = open.id;
    let started = clock.monotonic();
    let result = act.await;
    let took = clock.monotonic().saturating_sub(started);
    let duration_ms = u32::try_from(took.as_millis()).unwrap_or(u32::MAX);
    let is_recorded = complete(audit, open, complete_with(&result, duration_ms)).await;
    Ok(Recorded { result, entry, is_recorded })
}

async fn complete(audit: &AuditLog, entry: OpenEntry, completion: Completion) -> bool {
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
    match (failure.effect, failure.kind) {
        (Effect::Unknown, _) => Outcome::Unknown,
        (Effect::None, FailureKind::Refused | FailureKind::NotFound | FailureKind::NotAllowed) => Outcome::Refused,
        (Effect::None, FailureKind::RateLimited) if failure.status.is_some() => Outcome::Refused,
        (Effect::None, _) => Outcome::NotSent,
    }
}
