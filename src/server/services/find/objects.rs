//! The objects of one kind on one connection that a query finds, as far as the person may see them.

use std::borrow::Cow;
use std::sync::Arc;

use crate::domain::facet::Facet;
use crate::domain::find::FoundObject;
use crate::domain::fragment::Fragment;
use crate::domain::listing::{FacetCounts, IndexAge};
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::principal::Permission;
use crate::server::context::RequestContext;
use crate::server::index::{Connection, Hit, View};
use crate::server::services::ServiceError;
use crate::server::services::listing::age_of_clients;
use crate::server::services::reach::{Limits, Reach};

/// The most names of a path: a tree may be deep.
const DEEPEST: usize = 32;

/// Which objects are asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// Where.
    pub connection: &'a Connection,
    /// Organisations or clients.
    pub kind: ObjectKind,
    /// What the person must be allowed to do with them.
    pub permission: Permission,
    /// The search and the filters.
    pub query: &'a ObjectQuery,
    /// An organisation that is left out, with everything below it.
    pub except: Option<&'a str>,
    /// The most rows.
    pub most: usize,
    /// What is waited for.
    pub wait: Wait,
    /// Whether it is counted how many objects have what the filters offer.
    pub is_counted: bool,
}

/// What somebody waits for who looks for objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// For clients that are not known yet too.
    Everything,
    /// For the organisations alone.
    Organisations,
    /// For nothing: what is known will do. Only for those whose role is limited, the tree is read all the same.
    Nothing,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Objects {
    /// The best, at most as many as were asked for.
    pub rows: Vec<FoundObject>,
    /// How many match.
    pub matching: u64,
    /// How complete and how old the answer is.
    pub age: IndexAge,
    /// How many have what the filters offer, with every value; empty where that was not asked for.
    pub counts: Vec<Fragment<FacetCounts>>,
}

/// Looks for objects within the reach of the person.
///
/// # Errors
/// When the person may not, or the partner does not give its organisations and none are known.
pub(super) async fn objects(context: &RequestContext, asked: &Asked<'_>) -> Result<Objects, ServiceError> {
    let Asked { connection, kind, .. } = *asked;
    let limits = context.limits(connection, asked.permission)?;
    let (view, age) = known(context, asked, &limits).await?;
    let (reach, now) = (limits.among(&view), context.clock.now());
    let query = reach.narrowed(asked.query);
    let query = match asked.except {
        Some(id) => Cow::Owned(query.into_owned().with(Facet::Within, true, id)),
        None => query,
    };
    let scope = limits.scope();
    let (mut hits, matching, counts) = if asked.is_counted {
        let hits = view.first_with_counts(kind, &query, &scope, now);
        (hits.rows, hits.matching, hits.counts)
    } else {
        let (hits, matching) = view.first(kind, &query, &scope, asked.most, now);
        (hits, matching, Vec::new())
    };
    hits.truncate(asked.most);
    let rows = hits.into_iter().filter_map(|hit| row(connection, &view, &reach, kind, hit)).collect();
    Ok(Objects { rows, matching, age, counts })
}

/// What is known of the connection once that has been waited for, and how old it is.
async fn known(
    context: &RequestContext,
    asked: &Asked<'_>,
    limits: &Limits,
) -> Result<(Arc<View>, IndexAge), ServiceError> {
    let Asked { connection, kind, .. } = *asked;
    if asked.wait == Wait::Nothing && limits.are_none() {
        let view = connection.index.view();
        let age = IndexAge { read_at: view.read_at, ..IndexAge::default() };
        return Ok((view, age));
    }
    let served = context.organisations(connection, limits).await?;
    let organisations = IndexAge { read_at: served.read_at, filling: None, stale: served.stale.clone() };
    Ok(match kind {
        ObjectKind::Organisation => (served.list(), organisations),
        ObjectKind::OAuthClient if asked.wait == Wait::Everything => {
            let (view, coverage) = connection.index.clients(&served, limits.tops()).await;
            (view, age_of_clients(&coverage, organisations.stale))
        }
        ObjectKind::OAuthClient => {
            let coverage = connection.index.coverage(&served, limits.tops());
            (served.list(), age_of_clients(&coverage, organisations.stale))
        }
    })
}

fn row(connection: &Connection, view: &View, reach: &Reach, kind: ObjectKind, hit: Hit) -> Option<FoundObject> {
    let object = view.reference_at(kind, hit)?;
    let place = match kind.owner() {
        None => Some(object.id.clone()),
        Some(_) => view.owner_of(&object.id),
    };
    let mut path = place.as_deref().map(|place| view.nearest_ancestors(place, DEEPEST)).unwrap_or_default();
    if kind.owner().is_some() {
        path.extend(place.and_then(|place| view.reference(ObjectKind::Organisation, &place)));
    }
    path.retain(|above| reach.holds(&above.id));
    let path = path.into_iter().rev().take(DEEPEST).map(|above| above.name).collect::<Vec<_>>();
    Some(FoundObject {
        connection: connection.summary.name.clone(),
        kind,
        object,
        path: path.into_iter().rev().collect(),
    })
}
