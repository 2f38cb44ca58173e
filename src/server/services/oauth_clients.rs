//! What pages show of clients: those of all organisations, and one with what belongs to it.

use secrecy::ExposeSecret;

use super::access::edit_refusal;
use super::interim_listing;
use super::place::organisation_of;
use super::reach::Reach;
use super::{ServiceError, audit_log};
use crate::domain::list::Coverage;
use crate::domain::listing::{Filling, IndexAge, Listing};
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::principal::Permission;
use crate::domain::rows::OAuthClientRow;
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
    query: ObjectQuery,
) -> Result<Listing<OAuthClientRow>, ServiceError> {
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
    let age = age(&organisations, &index);
    let list =
        move || interim_listing::oauth_clients(index.clients().collect(), &organisations.organisations, query, age);
    Ok(off_the_workers(length, list).await)
}

/// How old the clients are, and how many are missing.
fn age(organisations: &Served<Snapshot>, index: &ClientIndex) -> IndexAge {
    let Coverage { read, failed, of } = index.coverage;
    let filling = (!index.coverage.is_whole()).then_some(Filling { read, failed, of, seconds_left: None });
    IndexAge { read_at: index.read_at, filling, stale: worse(organisations.stale.clone(), index.stale.clone()) }
}

fn worse(one: Option<Staleness>, other: Option<Staleness>) -> Option<Staleness> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.joined(other)),
        (one, other) => one.or(other),
    }
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
    Ok(OAuthClientDetail { client, organisation, edit_refusal, secret, scopes_beyond_product, history, read_at })
}
