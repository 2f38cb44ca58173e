//! A form that creates something is sent once: what to do when it was sent before.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::created::Created;
use super::drafts::{Returned, find, keep, send_back};
use super::waiting::lost_entry;
use crate::domain::review::Draft;
use crate::domain::shell::Tone;
use crate::server::context::RequestContext;
use crate::server::services::ServiceError;
use crate::server::services::messages::leave;
use crate::server::storage::{StorageError, Submission, SubmissionState};

/// A hash of everything that a form holds, so that the same form is told from one that was changed meanwhile.
pub(super) fn content_hash(draft: &Draft) -> Vec<u8> {
    let about = (&draft.connection, draft.kind.code(), &draft.organisation_id, &draft.form);
    Sha256::digest(serde_json::to_vec(&about).unwrap_or_default()).to_vec()
}

/// What became of a form that was sent before; `None` when it was not.
pub(super) async fn earlier(context: &RequestContext, draft: &Draft) -> Result<Option<Submission>, StorageError> {
    context.submissions.find(&context.principal.subject, &draft.id).await
}

/// Answers a form that was sent before. Nothing is sent again.
pub(super) async fn answer(context: &RequestContext, earlier: Submission, draft: Draft) -> Result<Created, Returned> {
    let is_the_same = earlier.content_hash == content_hash(&draft);
    match earlier.state {
        SubmissionState::Created { object_id } if is_the_same => {
            let ticket = context.secrets.waiting(&context.principal.subject, &object_id);
            // Everything was told when it was created, so that its name is not asked for.
            let (ticket, name) = (ticket.map(|ticket| ticket.to_string()), String::new());
            Ok(Created { id: object_id, name, ticket, untold: Vec::new() })
        }
        SubmissionState::Created { .. } => {
            let text = "This form has already created an object, and you have changed the form since. What you typed is \
                         kept: send it again to create another object.";
            Err(start_anew(context, draft, text).await)
        }
        SubmissionState::Unknown { draft_id } if is_the_same => match find(context, &draft_id).await {
            Ok(kept) => {
                let failure = kept.failure.clone();
                let error = failure.map_or(ServiceError::SentBefore, ServiceError::Partner);
                Err(Returned { draft: Some(kept), is_unkept: false, error })
            }
            Err(_) => Err(start_anew(context, draft, NOT_KNOWN).await),
        },
        SubmissionState::Unknown { draft_id } => {
            let lost = find(context, &draft_id).await.ok().and_then(|kept| kept.lost);
            Err(start_anew(context, Draft { lost, ..draft }, NOT_KNOWN).await)
        }
        SubmissionState::Sending => Err(start_anew(context, draft, NOT_KNOWN).await),
    }
}

const NOT_KNOWN: &str = "This form has already been sent, but the outcome is unknown. Nothing has been sent again.";

/// Keeps what was typed under a new id, so that it can be sent on purpose.
async fn start_anew(context: &RequestContext, draft: Draft, text: &str) -> Returned {
    let lost = match draft.lost {
        Some(lost) => Some(lost),
        None => lost_entry(context, &draft).await,
    };
    let draft = Draft { id: Uuid::new_v4().to_string(), lost, ..draft };
    if keep(context, &draft).await.is_ok() {
        leave(context, Tone::Warning, text.to_owned()).await;
    }
    send_back(context, draft, ServiceError::SentBefore).await
}

/// Stores the outcome of a form. If that fails, the form counts as one whose outcome is not known.
pub(super) async fn end(context: &RequestContext, form_id: &str, state: SubmissionState) {
    let noted = context.submissions.end(&context.principal.subject, form_id, &state).await;
    warn_if_not(context, noted);
}

/// Lets a form be sent again, because it certainly created nothing.
pub(super) async fn release(context: &RequestContext, form_id: &str) {
    let noted = context.submissions.release(&context.principal.subject, form_id).await;
    warn_if_not(context, noted);
}

fn warn_if_not(context: &RequestContext, noted: Result<(), StorageError>) {
    if let Err(error) = noted {
        tracing::warn!(request_id = context.request_id, %error, "outcome of a form not stored");
    }
}
