//! What pages show of clients: those of all organisations, and one with what belongs to it.

use std::collections::{BTreeSet, HashMap, HashSet};

use secrecy::ExposeSecret;

use super::access::edit_refusal;
use super::filter::Search;
use super::observed::open::open;
use super::place::organisation_of;
use super::reach::Reach;
use super::{ServiceError, audit_log};
use crate::domain::list::{ListQuery, OAuthClientList, ROWS_PER_PAGE};
use crate::domain::oauth_client::{OAuthClient, by_name};
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::page::Page;
use crate::domain::principal::Permission;
use crate::domain::staleness::Staleness;
use crate::domain::views::{OAuthClientDetail, OneTimeSecret};
use crate::server::context::RequestContext;
use crate::server::index::{ClientIndex, Selection, Served, Snapshot, off_the_workers};

/// The clients of all organisations of a connection; as they were, when the partner does not give them now.
///
/// # Errors
/// When the connection is not known, or the partner does not give its organisations and none are kept. Clients that
/// could not be read are counted, not hidden.
pub async fn list(
    context: &RequestContext,
    connection: &str,
    query: ListQuery,
) -> Result<OAuthClientList, ServiceError> {
    let connection = context.connection(connection)?;
    let limits = context.limits(connection, Permission::ViewObjects)?;
    let organisations = context.organisations(connection, &limits).await?;
    let (all, count) = (organisations.clone(), organisations.organisations.len());
    let within_reach = move || match limits.among(&all.organisations) {
        Reach::Everywhere => Selection::all(all),
        within @ Reach::Within(_) => Selection::of(all, |organisation| within.holds(&organisation.id)),
    };
    let index = connection.directory.clients(off_the_workers(count, within_reach).await).await;
    let length = count.max(index.len());
    Ok(off_the_workers(length, move || page_of(&organisations, &index, query)).await)
}

/// The page that a query asks for. Walks through all clients; what is not on the page is not copied.
fn page_of(organisations: &Served<Snapshot>, index: &ClientIndex, query: ListQuery) -> OAuthClientList {
    let products: BTreeSet<&str> = index.clients().filter_map(OAuthClient::selected_product).collect();
    let search = Search::new(&query.search);
    let found: Vec<&OAuthClient> = index.clients().filter(|client| matches(client, &search, &query)).collect();
    let page = Page::in_order(found, query.page, ROWS_PER_PAGE, |left, right| by_name(left, right));
    let names = names(&organisations.organisations, &page.items);
    let organisation = |client: &OAuthClient| {
        names.get(client.organisation_id.as_deref()?).map(|organisation| organisation.reference())
    };
    OAuthClientList {
        rows: page.map(|client| (client.clone(), organisation(client))),
        query,
        total: index.len() as u64,
        coverage: index.coverage,
        read_at: index.read_at,
        stale: worse(organisations.stale.clone(), index.stale.clone()),
        products: products.into_iter().map(str::to_owned).collect(),
    }
}

/// The organisations of the clients of one page.
fn names<'a>(organisations: &'a [Organisation], clients: &[&OAuthClient]) -> HashMap<&'a str, &'a Organisation> {
    let wanted: HashSet<&str> = clients.iter().filter_map(|client| client.organisation_id.as_deref()).collect();
    let known = organisations.iter().filter(|organisation| wanted.contains(organisation.id.as_str()));
    known.map(|organisation| (organisation.id.as_str(), organisation)).collect()
}

fn worse(one: Option<Staleness>, other: Option<Staleness>) -> Option<Staleness> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.joined(other)),
        (one, other) => one.or(other),
    }
}

fn matches(client: &OAuthClient, search: &Search, query: &ListQuery) -> bool {
    let parts = client.return_urls().iter().map(String::as_str).chain([client.whole_name()]);
    let exact = client.scopes().map(String::as_str).chain([client.id.as_str()]);
    (search.finds(parts) || search.is_one_of(exact))
        && (query.product.is_empty() || client.selected_product() == Some(query.product.as_str()))
        && query.lets_through(client.is_production(), client.is_disabled())
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
    let read_at = context.clock.now();
    let object = context.object(connection, ObjectKind::OAuthClient, id, Permission::ViewObjects).await?;
    let edit_refusal = edit_refusal(context.authorize_edit_of(connection, ObjectKind::OAuthClient, &object).await);
    let client = object.into_oauth_client();
    let organisation = organisation_of(connection, &client.id, client.organisation_id.as_deref()).await;
    let place = organisation.as_ref().map(|organisation| organisation.id.as_str());
    let history = audit_log::recent(context, connection, ObjectKind::OAuthClient, &client.id, place).await?;
    let observed = open(context, connection, ObjectKind::OAuthClient, &client.id, edit_refusal.is_none()).await?;
    let catalogue = &context.catalogue;
    let scopes_beyond_product = match client.selected_product() {
        Some(product) => client.scopes().filter(|scope| catalogue.lacks(product, scope)).cloned().collect(),
        None => Vec::new(),
    };
    let secret = match ticket.filter(|_| context.is_page) {
        None => OneTimeSecret::NotAsked,
        Some(ticket) => {
            let now = context.clock.monotonic();
            match context.secrets.take(now, &context.principal.subject, &client.id, ticket) {
                Some(secret) => OneTimeSecret::Shown(secret.expose_secret().to_owned()),
                None => OneTimeSecret::Gone,
            }
        }
    };
    Ok(OAuthClientDetail {
        client,
        organisation,
        edit_refusal,
        secret,
        scopes_beyond_product,
        history,
        observed,
        read_at,
    })
}
