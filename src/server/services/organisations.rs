//! What pages show of organisations: the list as a tree or narrowed, and one with what belongs to it.

use super::access::edit_refusal;
use super::listing::listing;
use super::observed::open::open_changes;
use super::organisation_rows::Rows;
use super::organisation_tree::tree;
use super::place::disabled_by;
use super::readiness::{Judged, report};
use super::{ServiceError, audit_log, find};
use crate::domain::listing::IndexAge;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::organisation::Organisation;
use crate::domain::principal::Permission;
use crate::domain::readiness::MOST_ABOVE;
use crate::domain::reference::ObjectReference;
use crate::domain::rows::OrganisationListing;
use crate::domain::views::{OrganisationClients, OrganisationDetail};
use crate::server::context::RequestContext;
use crate::server::index::{Served, View};
use crate::server::oneid::RemoteObject;

const KIND: ObjectKind = ObjectKind::Organisation;

/// The organisations of a connection; as they were, when the partner does not give them now.
///
/// # Errors
/// When the connection is not known, or the partner does not give them and none are known.
#[tracing::instrument(target = "spans", level = "debug", name = "organisations::list", skip_all)]
pub async fn list(
    context: &RequestContext,
    connection: &str,
    query: ObjectQuery,
) -> Result<OrganisationListing, ServiceError> {
    let connection = context.connection(connection)?;
    let limits = context.limits(connection, Permission::ViewObjects)?;
    let served = context.organisations(connection, &limits).await?;
    let (view, age) = (served.list(), IndexAge { read_at: served.read_at, filling: None, stale: served.stale.clone() });
    let reach = limits.among(&view);
    let hits = view.page(KIND, &reach.narrowed(&query), &limits.scope(), context.clock.now());
    if !query.is_narrowed() && query.sort.is_none() {
        return Ok(tree(&view, &reach, query, hits, age));
    }
    let rows = Rows::of(&view, &reach);
    let rows = hits.rows.iter().filter_map(|hit| rows.row(*hit, None)).collect();
    Ok(OrganisationListing { listing: listing(&view, &reach, query, hits, age, rows), tree: None })
}

/// One organisation, read now, with its clients and its last changes.
///
/// # Errors
/// When the connection is not known, or the partner does not give the organisation. What belongs
/// to it may be missing, or older, without that being an error.
#[tracing::instrument(target = "spans", level = "debug", name = "organisations::detail", skip_all)]
pub async fn detail(context: &RequestContext, connection: &str, id: &str) -> Result<OrganisationDetail, ServiceError> {
    let connection = context.connection(connection)?;
    context.authorize_view(connection, id).await?;
    let read_at = context.clock.now();
    let index = &connection.index;
    let (organisation, clients, all) = futures::join!(index.get(KIND, id), index.clients_of(id), index.organisations());
    let mut organisation = organisation.map(RemoteObject::into_organisation)?;
    let limits = context.limits(connection, Permission::ViewObjects)?;
    let allowed = context.authorize_edit(connection).await.and_then(|reach| reach.require(Some(&organisation.id)));
    let observed = open_changes(context, connection, KIND, &organisation.id, allowed.is_ok()).await?;
    let all = all.ok();
    let stale = all.as_ref().and_then(|all| all.stale.clone());
    let ancestors = all.as_ref().map(|all| {
        let reach = limits.among(&all.list());
        let mut ancestors = ancestors(all, &organisation);
        ancestors.retain(|above| reach.holds(&above.id));
        ancestors
    });
    // Without the tree a limit holds nothing.
    let tree = all.as_ref().map(Served::list).unwrap_or_default();
    find::opened(context, connection, KIND, organisation.reference(), ancestors.as_deref().and_then(<[_]>::last));
    let judged = Judged { kind: KIND, id: &organisation.id, organisation: None, fields: &organisation.fields };
    let readiness = report(context, connection, judged, allowed.is_ok()).await?;
    let reach = limits.among(&tree);
    let parent = all.as_ref().zip(organisation.parent_id());
    let disabled_by = parent.and_then(|(view, parent)| disabled_by(view, &reach, parent));
    let is_parent_outside = reach.hide_parent(&mut organisation);
    let below = all.as_ref().map(|all| all.counts_below().of(&organisation.id));
    let history = audit_log::recent(context, connection, KIND, &organisation.id, Some(&organisation.id)).await?;
    Ok(OrganisationDetail {
        ancestors: ancestors.unwrap_or_default(),
        is_parent_outside,
        disabled_by,
        edit_refusal: edit_refusal(allowed),
        below,
        organisation,
        clients: clients.map(|clients| OrganisationClients { clients: clients.to_vec(), stale: clients.stale.clone() }),
        stale,
        readiness,
        history,
        observed,
        read_at,
    })
}

/// The way from the root to the parent that an organisation has now. Stops where it is not known, or goes round. Of a very long one
/// those in the middle are left out.
fn ancestors(view: &View, organisation: &Organisation) -> Vec<ObjectReference> {
    let Some(parent) = organisation.parent_id().filter(|id| *id != organisation.id) else {
        return Vec::new();
    };
    let mut way = view.way_to(parent, MOST_ABOVE);
    way.extend(view.reference(KIND, parent));
    way.retain(|above| above.id != organisation.id);
    way
}
