//! What pages show of clients: those of all organisations, and one with what belongs to it.

use secrecy::ExposeSecret;

use super::access::edit_refusal;
use super::listing::{age_of_clients, listing};
use super::observed::open::open_changes;
use super::place::{disabled_by, organisation_of};
use super::reach::Reach;
use super::readiness::{Judged, report};
use super::reveal::{revealed, revealing, unread};
use super::{ServiceError, audit_log, find};
use crate::domain::audit::{Action, Target};
use crate::domain::beyond_parent::beyond_parent;
use crate::domain::fragment::Fragment;
use crate::domain::listing::Listing;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::principal::Permission;
use crate::domain::rows::OAuthClientRow;
use crate::domain::views::{OAuthClientDetail, OneTimeSecret};
use crate::server::context::RequestContext;
use crate::server::index::{Connection, Hit, View};

const KIND: ObjectKind = ObjectKind::OAuthClient;

/// The clients of all organisations of a connection; as they were, when the partner does not give them now.
///
/// # Errors
/// When the connection is not known, or the partner does not give its organisations and none are known. Clients that
/// could not be read are counted, not hidden.
#[tracing::instrument(target = "spans", level = "debug", name = "oauth_clients::list", skip_all)]
pub async fn list(
    context: &RequestContext,
    connection: &str,
    query: ObjectQuery,
) -> Result<Listing<Fragment<OAuthClientRow>>, ServiceError> {
    let connection = context.connection(connection)?;
    let limits = context.limits(connection, Permission::ViewObjects)?;
    let organisations = context.organisations(connection, &limits).await?;
    let (view, coverage) = connection.index.clients(&organisations, limits.tops()).await;
    let reach = limits.among(&view);
    let hits = view.page(KIND, &reach.narrowed(&query), &limits.scope(), context.clock.now());
    let rows = hits.rows.iter().filter_map(|hit| row(&view, &reach, *hit)).collect();
    let age = age_of_clients(&coverage, organisations.stale.clone());
    Ok(listing(&view, &reach, query, hits, age, rows))
}

fn row(view: &View, reach: &Reach, hit: Hit) -> Option<Fragment<OAuthClientRow>> {
    let make = || made(view, reach, hit);
    // Whoever may not see all does not see every client's organisation.
    if reach.is_everywhere() { view.fragments.client(hit, make) } else { make().map(Fragment::from) }
}

fn made(view: &View, reach: &Reach, hit: Hit) -> Option<OAuthClientRow> {
    let client = view.client_at(hit)?;
    let organisation = client.organisation_id.as_deref().filter(|id| reach.holds(id));
    let organisation = organisation.and_then(|id| view.reference(ObjectKind::Organisation, id));
    let disabled_by = client.organisation_id.as_deref().and_then(|id| disabled_by(view, reach, id)).map(|by| by.name);
    let changed_at = view.changed_at(KIND, hit);
    // What an organisation out of reach allows is not told.
    let above = organisation.as_ref().and_then(|organisation| view.organisation(&organisation.id));
    let beyond_parent = above.map(|above| beyond_parent(KIND, &client.fields, &above)).unwrap_or_default();
    Some(OAuthClientRow { disabled_by, beyond_parent, changed_at, ..OAuthClientRow::of(&client, organisation) })
}

/// What lets one page show the secret of a client.
#[derive(Clone, Copy, Debug, Default)]
pub struct SecretTickets<'a> {
    /// That of the client that was just created.
    pub created: Option<&'a str>,
    /// That of one that was there before.
    pub revealed: Option<&'a str>,
}

/// One client, read now, with its last changes. A ticket shows the secret, once.
///
/// # Errors
/// When the connection is not known, or the partner does not give the client.
#[tracing::instrument(target = "spans", level = "debug", name = "oauth_clients::detail", skip_all)]
pub async fn detail(
    context: &RequestContext,
    connection: &str,
    id: &str,
    tickets: SecretTickets<'_>,
) -> Result<OAuthClientDetail, ServiceError> {
    let connection = context.connection(connection)?;
    let read_at = context.clock.now();
    let object = context.object(connection, KIND, id, Permission::ViewObjects).await?;
    let edit_refusal = edit_refusal(context.authorize_edit_of(connection, KIND, &object).await);
    let reveal = revealing(context, connection, &object).await;
    let remote_secret = object.secret.clone();
    let client = object.into_oauth_client();
    let organisation = organisation_of(connection, &client.id, client.organisation_id.as_deref()).await;
    find::opened(context, connection, ObjectKind::OAuthClient, client.reference(), organisation.as_ref());
    let place = organisation.as_ref().map(|organisation| organisation.id.as_str());
    let history = audit_log::recent(context, connection, KIND, &client.id, place).await?;
    let observed = open_changes(context, connection, KIND, &client.id, edit_refusal.is_none()).await?;
    let judged = Judged { kind: KIND, id: &client.id, organisation: place, fields: &client.fields };
    let readiness = report(context, connection, judged, edit_refusal.is_none()).await?;
    let disabled_by = match (place, connection.index.organisations().await) {
        (Some(place), Ok(view)) => {
            let reach = context.reach(connection, Permission::ViewObjects).await?;
            disabled_by(&view, &reach, place)
        }
        _ => None,
    };
    let catalogue = &context.catalogue;
    let scopes_beyond_product = match client.selected_product() {
        Some(product) => client.scopes().filter(|scope| catalogue.lacks(product, scope)).cloned().collect(),
        None => Vec::new(),
    };
    let secret = match (tickets.created, tickets.revealed) {
        _ if !context.is_page => OneTimeSecret::NotAsked,
        (Some(ticket), _) => created(context, connection, &client, place, ticket).await,
        (None, Some(ticket)) => revealed(context, connection, &client.id, remote_secret.as_ref(), ticket).await,
        (None, None) => OneTimeSecret::NotAsked,
    };
    Ok(OAuthClientDetail {
        client,
        organisation,
        disabled_by,
        edit_refusal,
        secret,
        reveal,
        scopes_beyond_product,
        readiness,
        history,
        observed,
        read_at,
    })
}

/// The secret of a client that was just created, once. Showing it is recorded.
async fn created(
    context: &RequestContext,
    connection: &Connection,
    client: &OAuthClient,
    place: Option<&str>,
    ticket: &str,
) -> OneTimeSecret {
    let now = context.clock.monotonic();
    let secret = match context.secrets.take(now, &[&context.principal.subject, &client.id], ticket).await {
        Ok(Some(secret)) => secret,
        Ok(None) => return OneTimeSecret::Gone,
        Err(error) => return unread(context, &error),
    };
    let target = Target::of_object(&connection.summary, KIND, client.reference(), place.map(str::to_owned));
    context.audit.note(context.event(Action::SecretShown, target)).await;
    OneTimeSecret::Shown(secret.expose_secret().to_owned())
}
