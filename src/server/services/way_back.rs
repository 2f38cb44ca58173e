//! Where the way back to a form leads that was sent: to its object, because its draft is gone.

use super::ServiceError;
use super::messages::leave;
use crate::domain::review::FormTarget;
use crate::domain::shell::Tone;
use crate::error::AppError;
use crate::paths;
use crate::server::context::{RequestContext, redirect};
use crate::server::storage::SubmissionState;

/// What is said on the page of the object.
const GONE: &str = "The form that you went back to has been sent or discarded, or its draft is older than a day.";

/// Answers a page that asks for a draft. Where that is gone and its object is there, the browser is sent to the object.
///
/// # Errors
/// When what was asked for could not be had.
pub async fn answer<T>(
    context: &RequestContext,
    found: Result<T, ServiceError>,
    draft: Option<&str>,
    about: &FormTarget,
) -> Result<T, AppError> {
    let gone = draft.filter(|_| context.is_page && matches!(found, Err(ServiceError::DraftGone)));
    let object = match (gone, &about.object_id) {
        (Some(_), Some(id)) => Some(id.clone()),
        (Some(draft), None) => created_by(context, draft).await,
        (None, _) => None,
    };
    let answer = context.answer(found);
    if let Some(id) = object {
        leave(context, Tone::Warning, GONE.to_owned()).await;
        // After the answer, whose status it takes the place of.
        redirect(&paths::object(&about.connection, about.kind, &id));
    }
    answer
}

/// What the form created that had this one-time ID, if it did.
async fn created_by(context: &RequestContext, draft: &str) -> Option<String> {
    let sent = context.submissions.find(&context.principal.subject, draft).await.ok()??;
    match sent.state {
        SubmissionState::Created { object_id } => Some(object_id),
        SubmissionState::Sending | SubmissionState::Unknown { .. } => None,
    }
}
