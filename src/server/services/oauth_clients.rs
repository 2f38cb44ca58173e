//! Clients to look at: those of all organisations, and one with what belongs to it.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;

use super::filter::{Search, chosen};
use super::{ServiceError, audit_log};
use crate::domain::field::ObjectKind;
use crate::domain::oauth_client::{OAuthClient, sort_key};
use crate::domain::organisation::Organisation;
use crate::domain::page::Page;
use crate::domain::principal::Permission;
use crate::domain::review::ObjectReference;
use crate::domain::views::{OAuthClientDetail, OAuthClientList, OAuthClientQuery, OneTimeSecret};
use crate::server::context::Connection;
use crate::server::context::RequestContext;

/// Rows on one page of the list.
const PAGE_SIZE: u32 = 50;

/// The clients of all organisations of a connection.
///
/// # Errors
/// When the connection is not known, or the partner does not give its organisations. Clients that
/// could not be read are counted, not hidden.
pub async fn list(
    context: &RequestContext,
    connection: &str,
    query: OAuthClientQuery,
) -> Result<OAuthClientList, ServiceError> {
    let connection = context.connection(connection)?;
    if query.refresh {
        context.refresh(connection).await?;
    }
    let snapshot = connection.directory.organisations().await?;
    let reach = context.reach(connection, Permission::ViewObjects).await?;
    let organisations: Vec<Organisation> = reach.of(&snapshot.organisations).into_iter().cloned().collect();
    let index = connection.directory.clients(&organisations).await;
    let products: BTreeSet<String> =
        index.clients.iter().filter_map(OAuthClient::selected_product).map(str::to_owned).collect();
    let total = index.clients.len() as u64;
    let mut found: Vec<OAuthClient> = index.clients.into_iter().filter(|client| matches(client, &query)).collect();
    found.sort_by_cached_key(sort_key);
    let page = Page::of(found, query.page, PAGE_SIZE);
    let organisation = |client: &OAuthClient| {
        let id = client.organisation_id.as_deref()?;
        let organisation = snapshot.organisations.iter().find(|organisation| organisation.id == id)?;
        Some(ObjectReference { id: id.to_owned(), name: organisation.name().into_owned() })
    };
    let items = page.items.into_iter().map(|client| (organisation(&client), client));
    Ok(OAuthClientList {
        rows: Page {
            items: items.map(|(organisation, client)| (client, organisation)).collect(),
            number: page.number,
            size: page.size,
            total: page.total,
        },
        query,
        total,
        coverage: index.coverage,
        products: products.into_iter().collect(),
    })
}

fn matches(client: &OAuthClient, query: &OAuthClientQuery) -> bool {
    let search = Search::new(&query.search);
    let parts = client.return_urls().iter().map(String::as_str).chain([client.whole_name()]);
    let exact = client.scopes().map(String::as_str).chain([client.id.as_str()]);
    (search.finds(parts) || search.is(exact))
        && (query.product.is_empty() || client.selected_product() == Some(query.product.as_str()))
        && chosen(&query.production, "yes", "no", client.is_production())
        && chosen(&query.state, "disabled", "enabled", client.is_disabled())
}

/// One client, read now, with its last changes. `ticket` fetches the secret of a new one, once.
///
/// # Errors
/// When the connection is not known, or the partner does not give the client.
pub async fn detail(
    context: &RequestContext,
    connection: &str,
    id: &str,
    ticket: Option<&str>,
) -> Result<OAuthClientDetail, ServiceError> {
    let connection = context.connection(connection)?;
    context.authorize_somewhere(Permission::ViewObjects)?;
    let read_at = context.state.clock.now();
    let object = connection.api.get(ObjectKind::OAuthClient, id).await?;
    let may_edit = context.authorize_edit_of(connection, ObjectKind::OAuthClient, &object).await.is_ok();
    let client = object.into_oauth_client();
    context.authorize_view_client(connection, &client).await?;
    let organisation = organisation_of(connection, &client).await;
    let place = organisation.as_ref().map(|organisation| organisation.id.as_str());
    let history = audit_log::recent(context, connection, ObjectKind::OAuthClient, &client.id, place).await?;
    let catalogue = &context.state.catalogue;
    let scopes_beyond_product = match client.selected_product() {
        Some(product) => client.scopes().filter(|scope| catalogue.lacks(product, scope)).cloned().collect(),
        None => Vec::new(),
    };
    let secret = match ticket.filter(|_| context.is_page) {
        None => OneTimeSecret::NotAsked,
        Some(ticket) => {
            let now = context.state.clock.monotonic();
            match context.state.secrets.take(now, &context.principal.subject, &client.id, ticket) {
                Some(secret) => OneTimeSecret::Shown(secret.expose_secret().to_owned()),
                None => OneTimeSecret::Gone,
            }
        }
    };
    Ok(OAuthClientDetail { client, organisation, may_edit, secret, scopes_beyond_product, history, read_at })
}

/// The organisation of a client. The guide documents no such field on the client, so it is found
/// in the organisations' lists when the partner does not say; `None` when it cannot be.
pub(super) async fn organisation_of(connection: &Connection, client: &OAuthClient) -> Option<ObjectReference> {
    let snapshot = connection.directory.organisations().await.ok()?;
    let organisations = &snapshot.organisations;
    let in_index = |clients: &[OAuthClient]| {
        clients.iter().find(|known| known.id == client.id).and_then(|known| known.organisation_id.clone())
    };
    let mut id = client.organisation_id.clone();
    if id.is_none() {
        id = in_index(&connection.directory.known_clients(organisations).await.clients);
    }
    if id.is_none() {
        id = in_index(&connection.directory.clients(organisations).await.clients);
    }
    let id = id?;
    let organisation = organisations.iter().find(|organisation| organisation.id == id);
    let name = organisation.map_or_else(|| id.clone(), |organisation| organisation.name().into_owned());
    Some(ObjectReference { id, name })
}
