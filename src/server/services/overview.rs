//! The overview: every OneID connection at a glance, how all connections are, and the last changes.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;

use super::ServiceError;
use super::objects::settle::UNDER_WAY;
use super::reach::Limits;
use crate::domain::audit::AuditFilter;
use crate::domain::check::ConnectionState;
use crate::domain::facet::Facet;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::overview::{ConnectionOverview, Health, OrganisationCounts, Overview, OverviewCounts};
use crate::domain::principal::Permission;
use crate::domain::staleness::Staleness;
use crate::server::context::RequestContext;
use crate::server::index::{Connection, Served, View};

/// Entries of the audit log on the overview.
const RECENT: u32 = 8;
/// How long the page waits for a connection. The read goes on without it.
const LIST_TIMEOUT: Duration = Duration::from_secs(1);

/// The overview. A connection that fails or does not answer says so, and neither hides nor delays the others.
///
/// # Errors
/// When the audit log cannot be read.
pub async fn overview(context: &RequestContext) -> Result<Overview, ServiceError> {
    context.authorize_somewhere(Permission::ViewObjects)?;
    let (history, unknown) = if context.principal.may_everywhere(Permission::ViewAuditLog) {
        let until = context.clock.now() - UNDER_WAY;
        let (filter, audit) = (AuditFilter::default(), &context.audit);
        let read = futures::try_join!(audit.list(&filter, 1, RECENT), audit.count_unknown(until));
        let (entries, unknown) = read.map_err(ServiceError::AuditUnreadable)?;
        (Some(entries), unknown)
    } else {
        (None, 0)
    };
    let connections = join_all(context.connections.in_order().map(|connection| look_at(context, connection))).await;
    let connections: Vec<ConnectionOverview> = connections.into_iter().flatten().collect();
    let health = health(context, &connections);
    Ok(Overview { connections, health, history, unknown })
}

/// `None` for a connection of which the person may see nothing.
async fn look_at(context: &RequestContext, connection: &Connection) -> Option<ConnectionOverview> {
    let limits = context.limits(connection, Permission::ViewObjects).ok()?;
    let organisations = match connection.index.organisations_within(LIST_TIMEOUT).await {
        None => OverviewCounts::Waiting,
        Some(Err(failure)) => OverviewCounts::Failed(failure),
        // A limit is never judged by an old tree.
        Some(Ok(Served { stale: Some(Staleness { failure, .. }), .. })) if !limits.are_none() => {
            failure.map_or(OverviewCounts::Waiting, OverviewCounts::Failed)
        }
        Some(Ok(served)) => OverviewCounts::Known(counts(connection, &served, &limits), served.stale.clone()),
    };
    Some(ConnectionOverview { connection: connection.summary.name.clone(), organisations })
}

fn counts(connection: &Connection, view: &View, limits: &Limits) -> OrganisationCounts {
    let scope = limits.scope();
    let count = |kind, query: ObjectQuery| u32::try_from(view.count_matching(kind, &query, &scope)).unwrap_or(u32::MAX);
    let with = |facet, value| ObjectQuery::default().with(facet, false, value);
    OrganisationCounts {
        all: count(ObjectKind::Organisation, ObjectQuery::default()),
        production: count(ObjectKind::Organisation, with(Facet::Production, "yes")),
        disabled: count(ObjectKind::Organisation, with(Facet::State, "disabled")),
        clients: connection
            .index
            .coverage(view, limits.tops())
            .is_whole()
            .then(|| count(ObjectKind::OAuthClient, ObjectQuery::default())),
    }
}

/// How a connection is, as far as is known; what is worse comes later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    #[default]
    Unknown,
    Working,
    Waiting,
    Failing,
}

/// How all connections are: as their last checks found them, and as this page did.
fn health(context: &RequestContext, overviews: &[ConnectionOverview]) -> Health {
    let mut seen: BTreeMap<&str, Seen> = BTreeMap::new();
    let mut see = |name, what: Seen| {
        let known = seen.entry(name).or_default();
        *known = what.max(*known);
    };
    for monitored in context.monitor.all() {
        let state = monitored.last_check().map(|check| check.state);
        see(&monitored.settings().name, state.map_or(Seen::Unknown, seen_in_check));
    }
    for connection in context.connections.in_order() {
        see(&connection.summary.name, Seen::Unknown);
    }
    for overview in overviews {
        see(&overview.connection, seen_here(&overview.organisations));
    }
    let count = |what| u32::try_from(seen.values().filter(|known| **known == what).count()).unwrap_or(u32::MAX);
    Health {
        all: u32::try_from(seen.len()).unwrap_or(u32::MAX),
        working: count(Seen::Working),
        failing: count(Seen::Failing),
        waiting: count(Seen::Waiting),
    }
}

fn seen_in_check(state: ConnectionState) -> Seen {
    match state {
        ConnectionState::Works | ConnectionState::Expiring => Seen::Working,
        ConnectionState::Expired | ConnectionState::Failing => Seen::Failing,
        ConnectionState::NotConfigured => Seen::Unknown,
    }
}

fn seen_here(counts: &OverviewCounts) -> Seen {
    if counts.is_failing() {
        Seen::Failing
    } else if counts.is_waiting() {
        Seen::Waiting
    } else {
        Seen::Working
    }
}
