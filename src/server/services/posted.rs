//! What a posted form begins: a creation, the review of an edit, or more to choose from on the same form.

use std::borrow::Cow;

use super::objects::create::create;
use super::objects::drafts::{self, Returned};
use super::objects::form;
use super::objects::submit::submit;
use super::{ServiceError, find, replies};
use crate::domain::field_values::FieldValues;
use crate::domain::find::MOST_SUGGESTED;
use crate::domain::posted::PostedForm;
use crate::domain::review::{Draft, FormTarget};
use crate::error::AppError;
use crate::paths;
use crate::server::context::RequestContext;

/// Creates what the form of a new object says, and answers the browser. `draft` is the one-time id of the form, and
/// `confirmation` the name that was typed on the review, where the form comes from there.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not created. A browser is sent back to the form instead.
pub async fn create_from(
    context: &RequestContext,
    target: FormTarget,
    draft: &str,
    posted: &PostedForm,
    confirmation: Option<String>,
) -> Result<(), AppError> {
    if let Some(rearranged) = posted.rearranged(target.kind) {
        return keep_open(context, target, draft, form::new_object(), &rearranged).await;
    }
    let posted = match settled(context, &target, posted).await {
        Ok(posted) => posted,
        Err(unsettled) => return keep_open(context, target, draft, form::new_object(), unsettled).await,
    };
    let typed = context.answer(posted.read(target.kind).map_err(ServiceError::from))?;
    let created = create(context, target.clone(), draft, typed, confirmation).await;
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
        return keep_open(context, target, draft, drafts::base_values(base), &rearranged).await;
    }
    let posted = match settled(context, &target, posted).await {
        Ok(posted) => posted,
        Err(unsettled) => return keep_open(context, target, draft, drafts::base_values(base), unsettled).await,
    };
    let typed = context.answer(posted.read(target.kind).map_err(ServiceError::from))?;
    let submitted = submit(context, target.clone(), draft, base, typed).await;
    let reply = submitted.map(|draft| paths::review(&paths::form(&target), &draft.id));
    replies::to_form(context, &target, reply).await
}

/// The form when nothing is left to find: a text that names one object chooses it. Else the form as it is, to go back to.
async fn settled<'a>(
    context: &RequestContext,
    target: &FormTarget,
    posted: &'a PostedForm,
) -> Result<Cow<'a, PostedForm>, &'a PostedForm> {
    if posted.is_to_find() {
        return Err(posted);
    }
    let Some(typed) = posted.sought(target.kind) else {
        return Ok(Cow::Borrowed(posted));
    };
    let found = find::suggest(context, &find::sought(target, typed), MOST_SUGGESTED).await.unwrap_or_default();
    let chosen = find::sole(typed, &found);
    chosen.map(|found| Cow::Owned(posted.choosing(target.kind, &found.object.id))).ok_or(posted)
}

/// Keeps a form with a row more or less, or with something to choose, and goes back to it. Nothing is checked and nothing is sent.
async fn keep_open(
    context: &RequestContext,
    target: FormTarget,
    draft: &str,
    shown: FieldValues,
    posted: &PostedForm,
) -> Result<(), AppError> {
    let typed = context.answer(posted.read(target.kind).map_err(ServiceError::from))?;
    let kept = drafts::keep_unchecked(context, target.clone(), draft, shown, typed).await;
    let reply: Result<String, Returned> = kept.map(|draft: Draft| paths::draft(&paths::form(&target), &draft.id));
    replies::to_form(context, &target, reply).await
}
