//! Clients: list, detail, form, create, and the way of an edit to its review.

use leptos::server;

use crate::domain::form::{OAuthClientForm, RowButton};
use crate::domain::views::{FormPage, OAuthClientDetail, OAuthClientList, OAuthClientQuery};
use crate::error::AppError;

/// The clients of all organisations of a connection.
///
/// # Errors
/// When they cannot be read, or the person may not see them.
#[server(endpoint = "clients/list")]
pub async fn list_oauth_clients(connection: String, query: OAuthClientQuery) -> Result<OAuthClientList, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::oauth_clients;

    let context = RequestContext::current()?;
    context.answer(oauth_clients::list(&context, &connection, query).await)
}

/// One client. `ticket` fetches the secret of a new one, once, while its page is made.
///
/// # Errors
/// When it cannot be read, or the person may not see it.
#[server(endpoint = "clients/detail")]
pub async fn load_oauth_client(
    connection: String,
    id: String,
    ticket: Option<String>,
) -> Result<OAuthClientDetail, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::oauth_clients;

    let context = RequestContext::current()?;
    context.answer(oauth_clients::detail(&context, &connection, &id, ticket.as_deref()).await)
}

/// The form for a new client of `organisation_id`, or for the client with `id`.
///
/// # Errors
/// When what it needs cannot be read, or the person may not edit.
#[server(endpoint = "clients/form")]
pub async fn load_oauth_client_form(
    connection: String,
    organisation_id: Option<String>,
    id: Option<String>,
    draft: Option<String>,
) -> Result<FormPage, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::forms;

    let context = RequestContext::current()?;
    let form =
        forms::oauth_client(&context, &connection, organisation_id.as_deref(), id.as_deref(), draft.as_deref()).await;
    context.answer(form)
}

/// Creates a client, and sends the browser to the one page that shows its secret; or back to the
/// form, with what was typed.
///
/// # Errors
/// To an island: why it was not created. A browser is sent back to the form instead.
#[server(endpoint = "clients/create")]
pub async fn create_oauth_client(
    connection: String,
    organisation_id: String,
    #[server(flatten)] rows: RowButton,
    #[server(flatten)] form: OAuthClientForm,
) -> Result<(), AppError> {
    use crate::domain::field::ObjectKind;
    use crate::paths;
    use crate::server::context::RequestContext;
    use crate::server::services::{changes, drafts, drafts::FormTarget, replies};

    let context = RequestContext::current()?;
    let form_path = paths::new_client(&connection, &organisation_id);
    let target = FormTarget {
        connection: connection.clone(),
        kind: ObjectKind::OAuthClient,
        object_id: None,
        organisation_id: Some(organisation_id),
    };
    if rows.is_pressed() {
        let kept = drafts::rearrange(&context, target, "{}", form.into(), &rows).await;
        return replies::to_form(&context, kept.map(|draft| paths::draft(&form_path, &draft.id)), &form_path).await;
    }
    let created = changes::create(&context, target, form.into()).await;
    let reply = created.map(|created| {
        let ticket = created.ticket.unwrap_or_default();
        paths::with_query(&paths::client(&connection, &created.id), [("created", ticket.as_str())])
    });
    replies::to_form(&context, reply, &form_path).await
}

/// Takes the form of a client for review, and sends the browser there.
///
/// # Errors
/// To an island: what is wrong with the form. A browser is sent back to the form instead.
#[server(endpoint = "clients/review")]
pub async fn review_oauth_client(
    connection: String,
    id: String,
    base: String,
    #[server(flatten)] rows: RowButton,
    #[server(flatten)] form: OAuthClientForm,
) -> Result<(), AppError> {
    use crate::domain::field::ObjectKind;
    use crate::paths;
    use crate::server::context::RequestContext;
    use crate::server::services::{drafts, drafts::FormTarget, edits, replies};

    let context = RequestContext::current()?;
    let form_path = paths::edit_client(&connection, &id);
    let target = FormTarget { connection, kind: ObjectKind::OAuthClient, object_id: Some(id), organisation_id: None };
    if rows.is_pressed() {
        let kept = drafts::rearrange(&context, target, &base, form.into(), &rows).await;
        return replies::to_form(&context, kept.map(|draft| paths::draft(&form_path, &draft.id)), &form_path).await;
    }
    let submitted = edits::submit(&context, target, &base, form.into()).await;
    let reply = submitted.map(|draft| paths::review(&form_path, &draft.id));
    replies::to_form(&context, reply, &form_path).await
}
