//! Switching an object off or on: a draft that changes nothing else, and from there the way of every edit.

use super::drafts::{self, Returned};
use super::submit::submit;
use crate::domain::field::FieldValue;
use crate::domain::form::FormValues;
use crate::domain::review::{Draft, FormTarget};
use crate::server::context::RequestContext;
use crate::server::services::ServiceError;
use crate::server::services::access::edit_permission;

/// The field that switches an object.
const ENABLED: &str = "enabled";

/// Makes a draft in which the object is enabled or not, and everything else as it is now. Nothing is sent: its review says
/// what that means for everything below.
///
/// # Errors
/// When the person may not edit the object, the partner does not give it, or the draft cannot be kept.
#[tracing::instrument(target = "spans", level = "debug", name = "objects::switch", skip_all)]
pub async fn switch(context: &RequestContext, target: FormTarget, is_enabled: bool) -> Result<Draft, Returned> {
    let connection = context.connection(&target.connection)?;
    let id = target.object_id.as_deref().ok_or(ServiceError::NotFound)?;
    let object = context.object(connection, target.kind, id, edit_permission(connection)).await?;
    let mut wanted = object.fields.clone();
    wanted.set(ENABLED, Some(FieldValue::Flag(is_enabled)));
    let base = serde_json::to_string(&object.fields).unwrap_or_default();
    let form = FormValues::of(target.kind, &wanted);
    submit(context, target, &drafts::new_id(), &base, form).await
}
