//! Drafts, the review of an edit, its save, and giving it up: the same for every kind of object.

use std::collections::BTreeMap;

use leptos::server;

use crate::domain::review::{DraftSummary, FormTarget, Review};
use crate::error::AppError;

/// The review of a draft against the object as it is now. `about` is what its address says that it is about: there the
/// browser goes when the draft is gone.
///
/// # Errors
/// When the draft is gone or the object cannot be read.
#[server(endpoint = "changes/review")]
pub async fn review_of_draft(draft: String, about: Option<FormTarget>) -> Result<Review, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::objects::review;
    use crate::server::services::way_back;

    let context = RequestContext::current()?;
    let found = review::review(&context, &draft, about.as_ref()).await;
    match about {
        Some(about) => way_back::answer(&context, found, Some(&draft), &about).await,
        None => context.answer(found),
    }
}

/// Saves a reviewed draft, and sends the browser to the object; or back to the review or the form.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not saved. A browser is sent back instead.
#[server(endpoint = "changes/save")]
pub async fn save_changes(
    draft: String,
    #[server(default)] confirmation: String,
    #[server(default)] resolution: BTreeMap<String, String>,
) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::objects::save;
    use crate::server::services::replies;

    let context = RequestContext::current()?;
    let saved = save::save(&context, &draft, save::Decision { confirmation, resolution }).await;
    replies::after_save(&context, saved).await
}

/// Makes a draft that switches an object off or on, and sends the browser to its review. Nothing is sent to the partner.
///
/// # Errors
/// To a caller that does not accept HTML: why there is no draft. A browser is sent back instead.
#[server(endpoint = "changes/switch")]
pub async fn switch_object(connection: String, kind: String, id: String, enabled: bool) -> Result<(), AppError> {
    use crate::domain::object::ObjectKind;
    use crate::domain::review::FormTarget;
    use crate::paths;
    use crate::server::context::RequestContext;
    use crate::server::services::objects::switch::switch;
    use crate::server::services::{ServiceError, replies};

    let context = RequestContext::current()?;
    let kind = context.answer(ObjectKind::from_code(&kind).ok_or(ServiceError::NotFound))?;
    let target = FormTarget { connection, kind, object_id: Some(id), organisation_id: None };
    let switched = switch(&context, target.clone(), enabled).await;
    let review = switched.map(|draft| paths::review(&paths::form(&target), &draft.id));
    replies::to_form(&context, &target, review).await
}

/// The drafts of the person, the newest first.
///
/// # Errors
/// When they cannot be read.
#[server(endpoint = "drafts/list")]
pub async fn list_drafts() -> Result<Vec<DraftSummary>, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::objects::drafts;

    let context = RequestContext::current()?;
    context.answer(drafts::list(&context).await)
}

/// Gives a draft up, and sends the browser to the object; to the account page with `from_account`.
///
/// # Errors
/// When the draft is gone already.
#[server(endpoint = "changes/discard")]
pub async fn discard_changes(draft: String, #[server(default)] from_account: String) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::replies;

    let context = RequestContext::current()?;
    replies::after_discard(&context, &draft, !from_account.is_empty()).await
}
