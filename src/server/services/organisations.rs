//! What pages show of organisations: the list as a tree or narrowed, and one with what belongs to it.

use std::collections::HashMap;

use super::access::edit_refusal;
use super::observed::open::open;
use super::organisation_rows::{Listed, rows};
use super::reach::{Limits, Reach};
use super::{ServiceError, audit_log};
use crate::domain::list::{Coverage, ListQuery, OrganisationList};
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::principal::Permission;
use crate::domain::reference::ObjectReference;
use crate::domain::tree::{OrganisationOrder, subtree};
use crate::domain::views::{OrganisationClients, OrganisationDetail, OrganisationRow};
use crate::server::context::RequestContext;
use crate::server::index::{Served, Snapshot, off_the_workers};
use crate::server::oneid::RemoteObject;

/// The organisations of a connection; as they were, when the partner does not give them now.
///
/// # Errors
/// When the connection is not known, or the partner does not give them and none are kept.
pub async fn list(
    context: &RequestContext,
    connection: &str,
    query: ListQuery,
) -> Result<OrganisationList, ServiceError> {
    let connection = context.connection(connection)?;
    let limits = context.limits(connection, Permission::ViewObjects)?;
    let served = context.organisations(connection, &limits).await?;
    let (snapshot, asked) = (served.clone(), query.clone());
    let made = off_the_workers(served.organisations.len(), move || {
        let all = snapshot.organisations.as_slice();
        match limits.among(all) {
            Reach::Everywhere => rows(all, &snapshot.order, &asked),
            within @ Reach::Within(_) => {
                let within = within.of(all);
                rows(&within, &OrganisationOrder::of(&within), &asked)
            }
        }
    });
    let Listed { page, total, products } = made.await;
    let counts = connection.directory.known_counts(page.items.iter().map(|row| &row.organisation.id));
    let with_count = |row: OrganisationRow| {
        let clients = counts.get(&row.organisation.id).copied();
        OrganisationRow { clients, ..row }
    };
    Ok(OrganisationList {
        rows: page.map(with_count),
        query,
        total,
        coverage: Coverage::default(),
        read_at: Some(served.read_at),
        stale: served.stale,
        products,
    })
}

/// One organisation, read now, with its clients and its last changes.
///
/// # Errors
/// When the connection is not known, or the partner does not give the organisation. What belongs
/// to it may be missing, or older, without that being an error.
pub async fn detail(context: &RequestContext, connection: &str, id: &str) -> Result<OrganisationDetail, ServiceError> {
    let connection = context.connection(connection)?;
    context.authorize_view(connection, id).await?;
    let read_at = context.clock.now();
    let directory = &connection.directory;
    let (organisation, clients, all) = futures::join!(
        directory.get(ObjectKind::Organisation, id),
        directory.clients_of(id),
        directory.organisations(),
    );
    let organisation = organisation.map(RemoteObject::into_organisation)?;
    let limits = context.limits(connection, Permission::ViewObjects)?;
    let allowed = context.authorize_edit(connection).await.and_then(|reach| reach.require(Some(&organisation.id)));
    let kind = ObjectKind::Organisation;
    let observed = open(context, connection, kind, &organisation.id, allowed.is_ok()).await?;
    let all = all.ok();
    let stale = all.as_ref().and_then(|all| all.stale.clone());
    let place = place_of(all, organisation.clone(), limits).await;
    let history = audit_log::recent(context, connection, kind, &organisation.id, Some(&organisation.id)).await?;
    Ok(OrganisationDetail {
        ancestors: place.ancestors,
        edit_refusal: edit_refusal(allowed),
        below: place.below,
        organisation,
        clients: clients.map(|clients| OrganisationClients { clients: clients.to_vec(), stale: clients.stale.clone() }),
        stale,
        history,
        observed,
        read_at,
    })
}

/// Where an organisation is in the tree.
#[derive(Debug, Default)]
struct Place {
    /// The root first, as far as they are known and within reach.
    ancestors: Vec<ObjectReference>,
    /// How many organisations are below it, when the tree is known.
    below: Option<u32>,
}

async fn place_of(all: Option<Served<Snapshot>>, organisation: Organisation, limits: Limits) -> Place {
    let Some(all) = all else {
        return Place::default();
    };
    let count = all.organisations.len();
    let find = move || {
        let all = all.organisations.as_slice();
        let reach = limits.among(all);
        Place {
            ancestors: ancestors(all, &organisation).into_iter().filter(|parent| reach.holds(&parent.id)).collect(),
            below: u32::try_from(subtree(all, &organisation.id).len() - 1).ok(),
        }
    };
    off_the_workers(count, find).await
}

/// The way from the root to an organisation's parent. Stops where it is not known, or goes round.
fn ancestors(all: &[Organisation], organisation: &Organisation) -> Vec<ObjectReference> {
    let by_id: HashMap<&str, &Organisation> = all.iter().map(|one| (one.id.as_str(), one)).collect();
    let mut way = Vec::new();
    let mut parent = organisation.parent_id();
    while let Some(next) = parent.and_then(|id| by_id.get(id)) {
        if way.iter().any(|seen: &ObjectReference| seen.id == next.id) || next.id == organisation.id {
            break;
        }
        way.push(next.reference());
        parent = next.parent_id();
    }
    way.reverse();
    way
}
