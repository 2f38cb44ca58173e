//! Clients: list, detail, form, create, and the way of an edit to its review.

use leptos::server;

use crate::domain::duplicate::DuplicateOf;
use crate::domain::fragment::Fragment;
use crate::domain::journey::JourneyPage;
use crate::domain::listing::Listing;
use crate::domain::object_query::ObjectQuery;
use crate::domain::posted::PostedForm;
use crate::domain::rows::OAuthClientRow;
use crate::domain::views::{FormPage, OAuthClientDetail};
use crate::error::AppError;

/// The clients of all organisations of a connection.
///
/// # Errors
/// When they cannot be read, or the person may not see them.
#[server(endpoint = "clients/list")]
pub async fn list_oauth_clients(
    connection: String,
    query: ObjectQuery,
) -> Result<Listing<Fragment<OAuthClientRow>>, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::oauth_clients;

    let context = RequestContext::current()?;
    context.answer(oauth_clients::list(&context, &connection, query).await)
}

/// One client. `created` shows the secret of a new one, and `revealed` that of another, once, while its page is made.
///
/// # Errors
/// When it cannot be read, or the person may not see it.
#[server(endpoint = "clients/detail")]
pub async fn load_oauth_client(
    connection: String,
    id: String,
    created: Option<String>,
    revealed: Option<String>,
) -> Result<OAuthClientDetail, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::oauth_clients::{self, SecretTickets};

    let context = RequestContext::current()?;
    let tickets = SecretTickets { created: created.as_deref(), revealed: revealed.as_deref() };
    context.answer(oauth_clients::detail(&context, &connection, &id, tickets).await)
}

/// How a client is used. `return_url` is the one that the journey comes back to.
///
/// # Errors
/// When it cannot be read, or the person may not see it.
#[server(endpoint = "clients/journey")]
pub async fn load_journey(connection: String, id: String, return_url: Option<String>) -> Result<JourneyPage, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::journey;

    let context = RequestContext::current()?;
    context.answer(journey::page(&context, &connection, &id, return_url.as_deref()).await)
}

/// Records that the person sees the secret of a client, and sends the browser to the page that shows it for a while.
///
/// # Errors
/// To a caller that does not accept HTML: why it is not shown. A browser is sent back to the client instead.
#[server(endpoint = "clients/reveal-secret")]
pub async fn reveal_secret(connection: String, id: String, #[server(default)] reason: String) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::reveal;

    let context = RequestContext::current()?;
    let done = reveal::reveal(&context, &connection, &id, &reason).await;
    reveal::after(&context, &connection, &id, done).await
}

/// The form for a new client of `organisation_id`, perhaps a duplicate `of` another, or for the client with `id`.
///
/// # Errors
/// When what it needs cannot be read, or the person may not edit.
#[server(endpoint = "clients/form")]
pub async fn load_oauth_client_form(
    connection: String,
    organisation_id: Option<String>,
    id: Option<String>,
    draft: Option<String>,
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
        kind: ObjectKind::OAuthClient,
        object_id: id.clone(),
        organisation_id: organisation_id.clone(),
    };
    let (organisation_id, id, draft) = (organisation_id.as_deref(), id.as_deref(), draft.as_deref());
    let found = form::oauth_client(&context, &connection, organisation_id, id, draft, of.as_ref()).await;
    way_back::answer(&context, found, draft, &about).await
}

/// Creates a client, and sends the browser to the one page that shows its secret; or back to the
/// form, with what was typed. `draft` is the one-time id of the form: the same form creates one client, however often
/// it is sent.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not created. A browser is sent back to the form instead.
#[server(endpoint = "clients/create")]
pub async fn create_oauth_client(
    connection: String,
    organisation_id: String,
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
    let organisation_id = Some(organisation_id);
    let target = FormTarget { connection, kind: ObjectKind::OAuthClient, object_id: None, organisation_id };
    let is_reviewed = !(reviewed.is_empty() && confirmation.is_empty());
    posted::create_from(&context, target, &draft, &form, is_reviewed.then_some(confirmation)).await
}

/// Takes the form of a client for review, and sends the browser there.
///
/// # Errors
/// To a caller that does not accept HTML: what is wrong with the form. A browser is sent back to the form instead.
#[server(endpoint = "clients/review")]
pub async fn review_oauth_client(
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
    let target = FormTarget { connection, kind: ObjectKind::OAuthClient, object_id: Some(id), organisation_id: None };
    posted::review_from(&context, target, &draft, &base, &form).await
}
