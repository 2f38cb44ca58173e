//! Drafts: what was typed, kept in the session until it is saved or given up.

use uuid::Uuid;

use super::ServiceError;
use super::changes::Returned;
use crate::domain::failure::{Effect, FailureKind, PartnerFailure};
use crate::domain::field::{FieldValue, FieldValues, ObjectKind};
use crate::domain::form::{FormValues, RowButton};
use crate::domain::review::Draft;
use crate::domain::validation::{FieldError, FieldProblem};
use crate::server::context::RequestContext;

/// What a form is about.
#[derive(Clone, Debug)]
pub struct FormTarget {
    /// The connection's name.
    pub connection: String,
    /// Organisation or client.
    pub kind: ObjectKind,
    /// The object that is edited; `None` for a creation.
    pub object_id: Option<String>,
    /// The organisation that a new client is for.
    pub organisation_id: Option<String>,
}

impl FormTarget {
    /// A new draft of a form about this.
    pub(super) fn draft(&self, shown: FieldValues, form: FormValues) -> Draft {
        Draft {
            id: Uuid::new_v4().to_string(),
            connection: self.connection.clone(),
            kind: self.kind,
            object_id: self.object_id.clone(),
            organisation_id: self.organisation_id.clone(),
            shown,
            form,
            errors: Vec::new(),
            failure: None,
            reviewed: None,
            notice: None,
        }
    }
}

/// The draft with this id.
///
/// # Errors
/// When it has been saved, or was too old to keep.
pub async fn find(context: &RequestContext, id: &str) -> Result<Draft, ServiceError> {
    context.session.draft(id).await?.ok_or(ServiceError::DraftGone)
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
    let is_same = draft.connection == target.connection
        && draft.kind == target.kind
        && draft.object_id == target.object_id
        && draft.organisation_id == target.organisation_id;
    if is_same { Ok(Some(draft)) } else { Err(ServiceError::DraftGone) }
}

/// Lets go of a draft.
///
/// # Errors
/// When the session cannot be used.
pub async fn discard(context: &RequestContext, id: &str) -> Result<(), ServiceError> {
    Ok(context.session.drop_draft(id).await?)
}

/// Lets go of a draft that has done its work. One that stays is no reason to say that the change failed.
pub(super) async fn let_go(context: &RequestContext, id: &str) {
    if let Err(error) = discard(context, id).await {
        tracing::warn!(request_id = context.request_id, %error, "draft not dropped");
    }
}

/// Keeps a form with a row of return URLs more or less. Nothing is checked and nothing is sent.
///
/// # Errors
/// When the person may not edit, or the session cannot be used.
pub async fn rearrange(
    context: &RequestContext,
    target: FormTarget,
    base: &str,
    mut form: FormValues,
    rows: &RowButton,
) -> Result<Draft, Returned> {
    context.authorize_edit(context.connection(&target.connection)?).await?;
    let shown = base_values(base);
    let rearranged = rows.rearrange(form.fields.list("return_urls").unwrap_or_default());
    form.fields.set("return_urls", Some(FieldValue::List(rearranged)));
    let draft = target.draft(shown, form);
    context.session.keep_draft(draft.clone()).await.map_err(ServiceError::from)?;
    Ok(draft)
}

/// The values that a form opened on, from its hidden field. The field decides nothing but what
/// counts as changed, so one that cannot be read means that everything does.
pub(super) fn base_values(base: &str) -> FieldValues {
    serde_json::from_str(base).unwrap_or_default()
}

/// The errors at the fields that the partner named in its refusal.
pub(super) fn refused_fields(kind: ObjectKind, failure: &PartnerFailure) -> Vec<FieldError> {
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
