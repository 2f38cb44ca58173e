//! What a posted form begins: a creation, the review of an edit, or one more row on the same form.

use super::objects::create::create;
use super::objects::drafts::{self, Returned};
use super::objects::form;
use super::objects::submit::submit;
use super::{ServiceError, replies};
use crate::domain::field_values::FieldValues;
use crate::domain::posted::PostedForm;
use crate::domain::review::{Draft, FormTarget};
use crate::error::AppError;
use crate::paths;
use crate::server::context::RequestContext;

/// Creates what the form of a new object says, and answers the browser. `draft` is the one-time id of the form.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not created. A browser is sent back to the form instead.
pub async fn create_from(
    context: &RequestContext,
    target: FormTarget,
    draft: &str,
    posted: &PostedForm,
) -> Result<(), AppError> {
    if let Some(rearranged) = posted.rearranged(target.kind) {
        return keep_rows(context, target, draft, form::new_object(), &rearranged).await;
    }
    let typed = context.answer(posted.read(target.kind).map_err(ServiceError::from))?;
    let created = create(context, target.clone(), draft, typed).await;
    replies::after_create(context, &target, created).await
}

/// Takes the form of an edit for review, and answers the browser. `base` are the values that the form opened on.
///
/// # Errors
/// To a caller that does not accept HTML: what is wrong with the form. A browser is sent back to the form instead.
pub async fn review_from(
    context: &RequestContext,
    target: FormTarget,
    draft: &str,
    base: &str,
    posted: &PostedForm,
) -> Result<(), AppError> {
    if let Some(rearranged) = posted.rearranged(target.kind) {
        return keep_rows(context, target, draft, drafts::base_values(base), &rearranged).await;
    }
    let typed = context.answer(posted.read(target.kind).map_err(ServiceError::from))?;
    let submitted = submit(context, target.clone(), draft, base, typed).await;
    let reply = submitted.map(|draft| paths::review(&paths::form(&target), &draft.id));
    replies::to_form(context, &target, reply).await
}

/// Keeps a form with a row more or less, and goes back to it. Nothing is checked and nothing is sent.
async fn keep_rows(
    context: &RequestContext,
    target: FormTarget,
    draft: &str,
    shown: FieldValues,
    rearranged: &PostedForm,
) -> Result<(), AppError> {
    let typed = context.answer(rearranged.read(target.kind).map_err(ServiceError::from))?;
    let kept = drafts::keep_unchecked(context, target.clone(), draft, shown, typed).await;
    let reply: Result<String, Returned> = kept.map(|draft: Draft| paths::draft(&paths::form(&target), &draft.id));
    replies::to_form(context, &target, reply).await
}
