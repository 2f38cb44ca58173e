//! Submitting: the form of an edit is checked and kept as a draft for its review. Nothing is sent.

use super::drafts::{Returned, base_values, continued, form_id, keep, send_back};
use super::parent::check_parent;
use crate::domain::change::{Merge, merge};
use crate::domain::field_values::FieldValues;
use crate::domain::form::FormValues;
use crate::domain::review::{Draft, FormTarget};
use crate::domain::validation::validate;
use crate::server::context::RequestContext;
use crate::server::index::Connection;
use crate::server::services::ServiceError;
use crate::server::services::access::edit_permission;
use crate::server::services::recorded::establish_session;

/// Takes a form for review. Nothing is sent.
///
/// # Errors
/// When the person may not edit, or the form is not valid. What was typed is kept in a draft.
#[tracing::instrument(target = "spans", level = "debug", name = "objects::submit", skip_all)]
pub async fn submit(
    context: &RequestContext,
    target: FormTarget,
    draft_id: &str,
    base: &str,
    form: FormValues,
) -> Result<Draft, Returned> {
    let connection = context.connection(&target.connection)?;
    context.limits(connection, edit_permission(connection))?;
    establish_session(context).await;
    let mut draft = continued(context, Draft::new(target, form_id(draft_id), base_values(base), form)).await;
    let meant = draft.meant();
    let is_moved = meant.parent(draft.kind) != draft.shown.parent(draft.kind);
    if let Err(error) = authorize(context, connection, &draft, is_moved.then_some(&meant)).await {
        return Err(send_back(context, draft, error).await);
    }
    draft.errors = draft.form.place_errors(draft.kind, validate(&draft.shown, &meant));
    if is_moved {
        draft.errors.extend(check_parent(connection, draft.kind, draft.object_id.as_deref(), &meant).await);
    }
    if !draft.errors.is_empty() {
        let error = ServiceError::Invalid(draft.errors.clone());
        return Err(send_back(context, draft, error).await);
    }
    match keep(context, &draft).await {
        Ok(()) => Ok(draft),
        Err(error) => Err(Returned { draft: None, is_unkept: true, error }),
    }
}

/// Whether the person may edit this object, and move it below the parent that the form chooses.
async fn authorize(
    context: &RequestContext,
    connection: &Connection,
    draft: &Draft,
    moved: Option<&FieldValues>,
) -> Result<(), ServiceError> {
    if !context.authorize_edit(connection).await?.is_everywhere() {
        context.object(connection, draft.kind, object_id(draft)?, edit_permission(connection)).await?;
    }
    match moved {
        Some(fields) => context.authorize_parent(connection, fields.parent(draft.kind)).await,
        None => Ok(()),
    }
}

/// The edit laid over the object as it is now.
pub(super) fn merged(draft: &Draft, theirs: &FieldValues) -> Merge {
    merge(draft.kind.fields(), &draft.shown, &draft.meant(), theirs)
}

/// The object that a draft of an edit is about.
pub(super) fn object_id(draft: &Draft) -> Result<&str, ServiceError> {
    draft.object_id.as_deref().ok_or(ServiceError::DraftGone)
}
