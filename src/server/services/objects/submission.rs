//! A form that creates something is sent once: what to do when it was sent before.

use sha2::{Digest as _, Sha256};

use super::created::Created;
use super::drafts::{Returned, find, keep, new_id, send_back};
use super::lost_form;
use crate::domain::audit::{Action, AuditEntry, AuditFilter, Place};
use crate::domain::review::Draft;
use crate::domain::shell::Tone;
use crate::server::context::RequestContext;
use crate::server::services::ServiceError;
use crate::server::services::messages::leave;
use crate::server::storage::{StorageError, Submission, SubmissionState};

/// How many entries of a request are looked at. One request creates one object.
const MOST_OF_A_REQUEST: u32 = 10;

/// A hash of everything that a form holds, so that the same form is told from one that was changed meanwhile.
pub(super) fn content_hash(draft: &Draft) -> Vec<u8> {
    let about = (&draft.connection, draft.kind.code(), &draft.organisation_id, &draft.form);
    Sha256::digest(serde_json::to_vec(&about).unwrap_or_default()).to_vec()
}

/// Uses up the one-time ID of a form. `false` when it was used up before.
pub(super) async fn begin(context: &RequestContext, draft: &Draft) -> Result<bool, StorageError> {
    let (subject, content_hash) = (&context.principal.subject, content_hash(draft));
    context.submissions.begin(subject, &draft.id, &content_hash, &context.request_id).await
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
            let ticket = match context.secrets.waiting(&[&context.principal.subject, &object_id]).await {
                Ok(ticket) => ticket,
                // The form keeps its ID: sent again, it leads to the secret.
                Err(error) => return Err(send_back(context, draft, error.into()).await),
            };
            // Everything was told when it was created, so that its name is not asked for.
            let (ticket, name) = (ticket.map(|ticket| ticket.to_string()), String::new());
            Ok(Created { id: object_id, name, ticket, untold: Vec::new() })
        }
        SubmissionState::Created { .. } => Err(another(context, draft).await),
        SubmissionState::Unknown { draft_id } => match find(context, &draft_id).await {
            Ok(kept) if is_the_same => {
                let failure = kept.failure.clone();
                let error = failure.map_or(ServiceError::SentBefore, ServiceError::Partner);
                Err(Returned { draft: Some(kept), is_unkept: false, error })
            }
            kept => {
                let lost = kept.ok().and_then(|kept| kept.lost).or_else(|| lost_form::entry_before(&draft_id));
                Err(start_anew(context, draft, lost, NOT_KNOWN).await)
            }
        },
        SubmissionState::Sending => match entry_of(context, &earlier.request_id).await {
            Ok(lost) => Err(start_anew(context, draft, lost, NOT_KNOWN).await),
            // The form keeps its ID: as long as nobody can know, it is not sent.
            Err(error) => Err(send_back(context, draft, error).await),
        },
    }
}

/// Keeps what was typed into a form that has created something else.
pub(super) async fn another(context: &RequestContext, draft: Draft) -> Returned {
    let text = "This form has already created an object, and you have changed the form since. What you typed is kept: send it \
                again to create another object.";
    start_anew(context, draft, None, text).await
}

const NOT_KNOWN: &str = "This form has already been sent, but the outcome is unknown. Nothing has been sent again.";

/// The number of the entry of the creation that a request of the person sent; `None` when nothing was sent.
async fn entry_of(context: &RequestContext, request_id: &str) -> Result<Option<i64>, ServiceError> {
    let filter =
        AuditFilter { action: Some(Action::Create), request_id: Some(request_id.to_owned()), ..AuditFilter::default() };
    let found = context.audit.list(&filter, Place::Newest, MOST_OF_A_REQUEST).await;
    let found = found.map_err(ServiceError::AuditUnreadable)?;
    let is_theirs = |entry: &&AuditEntry| entry.intent.actor.subject == context.principal.subject;
    let entry = found.items.iter().find(is_theirs).map(|entry| entry.id);
    // An earlier version did not note the request, and a search that was stopped has not seen everything.
    let is_certain = entry.is_some() || (!request_id.is_empty() && found.stopped.is_none());
    if is_certain { Ok(entry) } else { Err(ServiceError::SentBefore) }
}

/// Keeps what was typed under a new id, so that it can be sent on purpose. `lost` is the entry that it was sent as before.
async fn start_anew(context: &RequestContext, draft: Draft, lost: Option<i64>, text: &str) -> Returned {
    let id = lost.map_or_else(new_id, lost_form::id_after);
    let draft = Draft { id, lost, ..draft };
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
