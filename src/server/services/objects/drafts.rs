//! Drafts: what a person typed, kept for a day, until it is saved or given up.

use uuid::Uuid;

use crate::domain::change::difference;
use crate::domain::failure::{Effect, FailureKind, PartnerFailure};
use crate::domain::field_error::{FieldError, FieldProblem};
use crate::domain::field_values::FieldValues;
use crate::domain::form::FormValues;
use crate::domain::object::ObjectKind;
use crate::domain::review::{Draft, DraftSummary, FormTarget};
use crate::server::context::RequestContext;
use crate::server::services::ServiceError;
use crate::server::services::access::edit_permission;

/// A form that came back: what was typed is in the draft, the error says why.
#[derive(Debug)]
pub struct Returned {
    /// What was typed, when it was kept.
    pub draft: Option<Draft>,
    /// Whether it was to be kept and could not be: then the browser's own copy is the only one.
    pub is_unkept: bool,
    /// Why it came back.
    pub error: ServiceError,
}

impl From<ServiceError> for Returned {
    fn from(error: ServiceError) -> Self {
        Self { draft: None, is_unkept: false, error }
    }
}

/// The id that a form carried; a new one where it carried none that could be ours.
pub(super) fn form_id(carried: &str) -> String {
    Uuid::parse_str(carried).unwrap_or_else(|_| Uuid::new_v4()).to_string()
}

/// The id of a draft that belongs to no form yet.
pub(in crate::server::services) fn new_id() -> String {
    Uuid::new_v4().to_string()
}

/// A form as it was sent, which goes on answering what the draft does that it was filled in from. It goes on restoring a
/// version as long as it has its values.
pub(super) async fn continued(context: &RequestContext, draft: Draft) -> Draft {
    match find_for(context, Some(&draft.id), &draft.target()).await {
        Ok(Some(earlier)) => {
            let gathered = |draft: &Draft| draft.form.gathered(draft.kind);
            let is_edited = !difference(draft.kind.fields(), &gathered(&earlier), &gathered(&draft)).is_empty();
            let restores = earlier.restores.filter(|_| !is_edited);
            // That it was sent and nobody knows what became of it stays with what was typed.
            let failure = earlier.lost.and(earlier.failure);
            Draft { answers: earlier.answers, restores, lost: earlier.lost, failure, ..draft }
        }
        Ok(None) | Err(_) => draft,
    }
}

/// The draft with this id.
///
/// # Errors
/// When it has been saved, was too old to keep, or is somebody else's.
pub async fn find(context: &RequestContext, id: &str) -> Result<Draft, ServiceError> {
    context.drafts.find(&context.principal.subject, id).await?.ok_or(ServiceError::DraftGone)
}

/// The draft of a form, if the address names one that is about the same object.
pub(super) async fn find_for(
    context: &RequestContext,
    id: Option<&str>,
    target: &FormTarget,
) -> Result<Option<Draft>, ServiceError> {
    let Some(id) = id else {
        return Ok(None);
    };
    let draft = find(context, id).await?;
    if draft.target() == *target { Ok(Some(draft)) } else { Err(ServiceError::DraftGone) }
}

/// The person's drafts, the newest first.
///
/// # Errors
/// When they cannot be read.
pub async fn list(context: &RequestContext) -> Result<Vec<DraftSummary>, ServiceError> {
    let kept = context.drafts.list(&context.principal.subject).await?;
    Ok(kept.into_iter().map(|kept| DraftSummary::of(kept.draft, kept.kept_at)).collect())
}

/// The newest draft of a form about the same object: where the person was when they left. `None` also when it cannot
/// be read: the form can do without.
pub(super) async fn left_behind(context: &RequestContext, target: &FormTarget) -> Option<DraftSummary> {
    let found = context.drafts.newest(&context.principal.subject, target).await.ok()??;
    Some(DraftSummary::of(found.draft, found.kept_at))
}

/// Keeps a draft for the page that shows it.
///
/// # Errors
/// When it is not kept.
pub(in crate::server::services) async fn keep(context: &RequestContext, draft: &Draft) -> Result<(), ServiceError> {
    Ok(context.drafts.keep(&context.principal.subject, draft).await?)
}

/// Keeps a draft for the page that shows why it came back, with what the partner said of it.
pub(super) async fn send_back(context: &RequestContext, mut draft: Draft, error: ServiceError) -> Returned {
    if let ServiceError::Partner(failure) = &error {
        draft.errors = refused_fields(draft.kind, failure);
        draft.failure = Some(failure.clone());
    }
    match keep(context, &draft).await {
        Ok(()) => Returned { draft: Some(draft), is_unkept: false, error },
        Err(problem) => {
            tracing::error!(request_id = context.request_id, error = %problem, "draft not stored");
            Returned { draft: None, is_unkept: true, error }
        }
    }
}

/// Drops a draft that is given up.
///
/// # Errors
/// When it may still be there.
pub async fn discard(context: &RequestContext, id: &str) -> Result<(), ServiceError> {
    Ok(context.drafts.discard(&context.principal.subject, id).await?)
}

/// Drops a draft that has done its work. One that stays is no reason to say that the change failed.
pub(super) async fn let_go(context: &RequestContext, id: &str) {
    if let Err(error) = discard(context, id).await {
        tracing::warn!(request_id = context.request_id, %error, "draft not deleted");
    }
}

/// A draft as it is kept, if the person has edited it since: what they typed last must stay, whatever becomes of what they sent.
pub(super) async fn edited_since(context: &RequestContext, draft: &Draft) -> Option<Draft> {
    let kept = context.drafts.find(&context.principal.subject, &draft.id).await.ok()??;
    (kept.form != draft.form).then_some(kept)
}

/// Drops a draft that has been saved, unless the person has edited it since: a save can take long.
pub(super) async fn let_go_of_saved(context: &RequestContext, draft: &Draft) {
    if let Err(error) = context.drafts.discard_saved(&context.principal.subject, draft).await {
        tracing::warn!(request_id = context.request_id, %error, "draft not deleted");
    }
}

/// Keeps a form as it was left. Nothing is checked and nothing is sent.
///
/// # Errors
/// When the person may not edit, or the draft cannot be kept.
pub(in crate::server::services) async fn keep_unchecked(
    context: &RequestContext,
    target: FormTarget,
    id: &str,
    shown: FieldValues,
    form: FormValues,
) -> Result<Draft, Returned> {
    let connection = context.connection(&target.connection)?;
    context.limits(connection, edit_permission(connection))?;
    let draft = continued(context, Draft::new(target, form_id(id), shown, form)).await;
    match keep(context, &draft).await {
        Ok(()) => Ok(draft),
        Err(error) => Err(Returned { draft: None, is_unkept: true, error }),
    }
}

/// The values that a form opened on, from its hidden field. The field decides nothing but what
/// counts as changed, so one that cannot be read means that everything does.
pub(in crate::server::services) fn base_values(base: &str) -> FieldValues {
    serde_json::from_str(base).unwrap_or_default()
}

/// The errors at the fields that the partner named in its refusal.
fn refused_fields(kind: ObjectKind, failure: &PartnerFailure) -> Vec<FieldError> {
    failure
        .fields
        .iter()
        .filter(|refused| kind.field(&refused.field).is_some())
        .map(|refused| FieldError::new(&refused.field, FieldProblem::Refused { message: refused.message.clone() }))
        .collect()
}

/// Whether a failure is about what was typed, so that the form is the place to go back to.
pub(super) fn is_about_the_form(failure: &PartnerFailure) -> bool {
    failure.kind == FailureKind::Refused && failure.effect == Effect::None
}
