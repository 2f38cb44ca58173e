//! Organisations to look at: the list as a tree or narrowed, and one with what belongs to it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::access::Reach;
use super::filter::{Search, chosen};
use super::{ServiceError, audit_log};
use crate::domain::field::ObjectKind;
use crate::domain::organisation::{Organisation, sort_key, subtree, tree_order};
use crate::domain::page::Page;
use crate::domain::principal::Permission;
use crate::domain::review::ObjectReference;
use crate::domain::views::{OrganisationDetail, OrganisationList, OrganisationQuery, OrganisationRow};
use crate::server::context::RequestContext;
use crate::server::oneid::RemoteObject;

/// Rows on one page of the list.
const PAGE_SIZE: u32 = 50;

/// The organisations of a connection.
///
/// # Errors
/// When the connection is not known, or the partner does not give them.
pub async fn list(
    context: &RequestContext,
    connection: &str,
    query: OrganisationQuery,
) -> Result<OrganisationList, ServiceError> {
    let connection = context.connection(connection)?;
    if query.refresh {
        context.refresh(connection).await?;
    }
    let reach = context.reach(connection, Permission::ViewObjects).await?;
    let snapshot = connection.directory.organisations().await?;
    let counts = connection.directory.known_counts().await;
    let organisations = match &reach {
        Reach::Everywhere => Cow::Borrowed(snapshot.organisations.as_slice()),
        Reach::Within(_) => Cow::Owned(reach.of(&snapshot.organisations).into_iter().cloned().collect()),
    };
    let organisations = organisations.as_ref();
    let rows = if query.is_narrowed() {
        narrowed(organisations, &query, &counts)
    } else {
        tree(organisations, &query.folded, &counts)
    };
    let products: BTreeSet<String> =
        organisations.iter().filter_map(Organisation::allowed_products).flatten().cloned().collect();
    Ok(OrganisationList {
        rows: Page::of(rows, query.page, PAGE_SIZE),
        query,
        total: organisations.len() as u64,
        read_at: snapshot.read_at,
        products: products.into_iter().collect(),
    })
}

fn tree(organisations: &[Organisation], folded: &str, counts: &HashMap<String, u32>) -> Vec<OrganisationRow> {
    let folded: BTreeSet<&str> = folded.split(',').filter(|id| !id.is_empty()).collect();
    let names = names(organisations);
    let mut hidden_below = None;
    let mut rows = Vec::new();
    for position in tree_order(organisations) {
        if hidden_below.is_some_and(|depth| position.depth > depth) {
            continue;
        }
        let organisation = &organisations[position.index];
        let is_folded = position.has_children && folded.contains(organisation.id.as_str());
        hidden_below = is_folded.then_some(position.depth);
        rows.push(OrganisationRow {
            parent: reference(&names, organisation.parent_id()),
            depth: u32::try_from(position.depth).unwrap_or(u32::MAX),
            has_children: position.has_children,
            is_folded,
            clients: counts.get(&organisation.id).copied(),
            organisation: organisation.clone(),
        });
    }
    rows
}

fn narrowed(
    organisations: &[Organisation],
    query: &OrganisationQuery,
    counts: &HashMap<String, u32>,
) -> Vec<OrganisationRow> {
    let search = Search::new(&query.search);
    let names = names(organisations);
    let mut found: Vec<&Organisation> = organisations
        .iter()
        .filter(|organisation| {
            let exact = organisation.allowed_scopes().unwrap_or_default().iter().map(String::as_str);
            (search.finds([organisation.whole_name()]) || search.is(exact.chain([organisation.id.as_str()])))
                && (query.product.is_empty()
                    || organisation.allowed_products().is_some_and(|products| products.contains(&query.product)))
                && chosen(&query.production, "yes", "no", organisation.has_production_access())
                && chosen(&query.state, "disabled", "enabled", organisation.is_disabled())
        })
        .collect();
    found.sort_by_cached_key(|organisation| sort_key(organisation));
    let row = |organisation: &Organisation| OrganisationRow {
        parent: reference(&names, organisation.parent_id()),
        depth: 0,
        has_children: false,
        is_folded: false,
        clients: counts.get(&organisation.id).copied(),
        organisation: organisation.clone(),
    };
    found.into_iter().map(row).collect()
}

fn names(organisations: &[Organisation]) -> BTreeMap<&str, &Organisation> {
    organisations.iter().map(|organisation| (organisation.id.as_str(), organisation)).collect()
}

fn reference(names: &BTreeMap<&str, &Organisation>, id: Option<&str>) -> Option<ObjectReference> {
    let organisation = names.get(id?)?;
    Some(ObjectReference { id: organisation.id.clone(), name: organisation.name().into_owned() })
}

/// One organisation, read now, with its clients and its last changes.
///
/// # Errors
/// When the connection is not known, or the partner does not give the organisation. What belongs
/// to it may be missing without that being an error.
pub async fn detail(context: &RequestContext, connection: &str, id: &str) -> Result<OrganisationDetail, ServiceError> {
    let connection = context.connection(connection)?;
    context.authorize_view(connection, id).await?;
    let read_at = context.state.clock.now();
    let (organisation, clients, all) = futures::join!(
        connection.api.get(ObjectKind::Organisation, id),
        connection.directory.clients_of(id),
        connection.directory.organisations(),
    );
    let organisation = organisation.map(RemoteObject::into_organisation)?;
    let reach = context.reach(connection, Permission::ViewObjects).await?;
    let may_edit = context.authorize_edit(connection).await.is_ok_and(|reach| reach.holds(&organisation.id));
    let all = all.ok();
    let all = all.as_ref().map(|snapshot| snapshot.organisations.as_slice());
    let history =
        audit_log::recent(context, connection, ObjectKind::Organisation, &organisation.id, Some(&organisation.id))
            .await?;
    Ok(OrganisationDetail {
        ancestors: ancestors(all.unwrap_or_default(), &organisation)
            .into_iter()
            .filter(|ancestor| reach.holds(&ancestor.id))
            .collect(),
        may_edit,
        below: all.and_then(|all| u32::try_from(subtree(all, &organisation.id).len() - 1).ok()),
        organisation,
        clients,
        history,
        read_at,
    })
}

/// The way from the root to an organisation's parent. Stops where it is not known, or goes round.
fn ancestors(all: &[Organisation], organisation: &Organisation) -> Vec<ObjectReference> {
    let names = names(all);
    let mut way = Vec::new();
    let mut parent = organisation.parent_id();
    while let Some(next) = parent.and_then(|id| names.get(id)) {
        if way.iter().any(|seen: &ObjectReference| seen.id == next.id) || next.id == organisation.id {
            break;
        }
        way.push(ObjectReference { id: next.id.clone(), name: next.name().into_owned() });
        parent = next.parent_id();
    }
    way.reverse();
    way
}
