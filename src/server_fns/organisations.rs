//! Organisations: list, detail, form, create, and the way of an edit to its review.

use leptos::server;

use crate::domain::duplicate::DuplicateOf;
use crate::domain::object_query::ObjectQuery;
use crate::domain::posted::PostedForm;
use crate::domain::rows::OrganisationListing;
use crate::domain::views::{FormPage, OrganisationDetail};
use crate::error::AppError;

/// The organisations of a connection.
///
/// # Errors
/// When they cannot be read, or the person may not see them.
#[server(endpoint = "organisations/list")]
pub async fn list_organisations(connection: String, query: ObjectQuery) -> Result<OrganisationListing, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::organisations;

    let context = RequestContext::current()?;
    context.answer(organisations::list(&context, &connection, query).await)
}

/// One organisation with its clients and last changes.
///
/// # Errors
/// When it cannot be read, or the person may not see it.
#[server(endpoint = "organisations/detail")]
pub async fn load_organisation(connection: String, id: String) -> Result<OrganisationDetail, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::organisations;

    let context = RequestContext::current()?;
    context.answer(organisations::detail(&context, &connection, &id).await)
}

/// The form for a new organisation, perhaps a duplicate `of` another, or for the one with `id`.
///
/// # Errors
/// When what it needs cannot be read, or the person may not edit.
#[server(endpoint = "organisations/form")]
pub async fn load_organisation_form(
    connection: String,
    id: Option<String>,
    draft: Option<String>,
    parent: Option<String>,
    of: Option<DuplicateOf>,
) -> Result<FormPage, AppError> {
    use crate::domain::object::ObjectKind;
    use crate::domain::review::FormTarget;
    use crate::server::context::RequestContext;
    use crate::server::services::objects::form;
    use crate::server::services::way_back;

    let context = RequestContext::current()?;
    let about = FormTarget {
        connection: connection.clone(),
        kind: ObjectKind::Organisation,
        object_id: id.clone(),
        organisation_id: None,
    };
    let (id, draft, parent) = (id.as_deref(), draft.as_deref(), parent.as_deref());
    let found = form::organisation(&context, &connection, id, draft, parent, of.as_ref()).await;
    way_back::answer(&context, found, draft, &about).await
}

/// Creates an organisation, and sends the browser to it; or back to the form, with what was typed. `draft` is the
/// one-time id of the form: the same form creates one organisation, however often it is sent.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not created. A browser is sent back to the form instead.
#[server(endpoint = "organisations/create")]
pub async fn create_organisation(
    connection: String,
    #[server(default)] draft: String,
    #[server(default)] confirmation: String,
    #[server(default)] reviewed: String,
    #[server(flatten)] form: PostedForm,
) -> Result<(), AppError> {
    use crate::domain::object::ObjectKind;
    use crate::domain::review::FormTarget;
    use crate::server::context::RequestContext;
    use crate::server::services::posted;

    let context = RequestContext::current()?;
    let target = FormTarget { connection, kind: ObjectKind::Organisation, object_id: None, organisation_id: None };
    let is_reviewed = !(reviewed.is_empty() && confirmation.is_empty());
    posted::create_from(&context, target, &draft, &form, is_reviewed.then_some(confirmation)).await
}

/// Takes the form of an organisation for review, and sends the browser there.
///
/// # Errors
/// To a caller that does not accept HTML: what is wrong with the form. A browser is sent back to the form instead.
#[server(endpoint = "organisations/review")]
pub async fn review_organisation(
    connection: String,
    id: String,
    base: String,
    #[server(default)] draft: String,
    #[server(flatten)] form: PostedForm,
) -> Result<(), AppError> {
    use crate::domain::object::ObjectKind;
    use crate::domain::review::FormTarget;
    use crate::server::context::RequestContext;
    use crate::server::services::posted;

    let context = RequestContext::current()?;
    let target = FormTarget { connection, kind: ObjectKind::Organisation, object_id: Some(id), organisation_id: None };
    posted::review_from(&context, target, &draft, &base, &form).await
}
