//! The overview: every OneID connection at a glance, how all connections are, and the last changes.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::try_join_all;
use tokio::time::{Instant, timeout_at};

use super::ServiceError;
use super::access::edit_permission;
use super::attention::attention;
use super::observed::open::{Reaches, open_on};
use super::reach::{Limits, Reach};
use crate::domain::audit::{AuditFilter, Entries, EventGroup, Place};
use crate::domain::check::{ConnectionCard, ConnectionState};
use crate::domain::check_history::p95;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::observed::OpenChanges;
use crate::domain::overview::{
    ConnectionHealth, ConnectionOverview, Health, KindCounts, LiveTroubles, ObjectCounts, Overview, OverviewCounts,
    errors_in_production, live_below_disabled,
};
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
#[tracing::instrument(target = "spans", level = "debug", name = "overview", skip_all)]
pub async fn overview(context: &RequestContext) -> Result<Overview, ServiceError> {
    context.authorize_somewhere(Permission::ViewObjects)?;
    let may_read = context.principal.may_everywhere(Permission::ViewAuditLog);
    let history = if may_read { Some(changes(context, None).await?) } else { None };
    let is_untouched = is_untouched(context, history.as_ref()).await?;
    let now = context.clock.now();
    let cards: Vec<_> = context.monitor.all().iter().map(|monitored| monitored.card(now)).collect();
    let connections = context.connections.in_order().map(|connection| look_at(context, connection, &cards));
    let connections: Vec<ConnectionOverview> = try_join_all(connections).await?.into_iter().flatten().collect();
    let health = health(context, &cards, &connections);
    let backup = history.as_ref().and(context.backups.as_ref()).map(|backups| backups.state());
    let attention = attention(context, cards, &connections, backup).await?;
    Ok(Overview { connections, health, attention, history, is_untouched, backup })
}

/// Whether nothing was changed yet where the person may edit without a limit. Whoever is limited to a part would learn from it
/// whether anything was changed elsewhere. The log is asked only for what the last changes do not say already.
async fn is_untouched(context: &RequestContext, last: Option<&Entries>) -> Result<bool, ServiceError> {
    let may_begin = |connection: &&Connection| {
        context.limits(connection, edit_permission(connection)).is_ok_and(|limits| limits.are_none())
    };
    let mut may_begin_somewhere = false;
    for connection in context.connections.in_order().filter(may_begin) {
        may_begin_somewhere = true;
        let name = connection.summary.name.as_str();
        let is_among = |last: &Entries| last.items.iter().any(|entry| entry.intent.target.connection_name() == name);
        let is_changed = match last {
            Some(last) if is_among(last) => true,
            Some(last) if last.count.is_none() => false,
            _ => !changes(context, Some(name)).await?.count.is_none(),
        };
        if is_changed {
            return Ok(false);
        }
    }
    Ok(may_begin_somewhere)
}

/// The last changes, of all connections or of one. Checks and sign-ins are in the log.
async fn changes(context: &RequestContext, connection: Option<&str>) -> Result<Entries, ServiceError> {
    let connection = connection.map(str::to_owned);
    let filter = AuditFilter { group: Some(EventGroup::Changes), connection, ..AuditFilter::default() };
    context.audit.list(&filter, Place::Newest, RECENT).await.map_err(ServiceError::AuditUnreadable)
}

/// `None` for a connection of which the person may see nothing.
async fn look_at(
    context: &RequestContext,
    connection: &Connection,
    cards: &[ConnectionCard],
) -> Result<Option<ConnectionOverview>, ServiceError> {
    let Ok(limits) = context.limits(connection, Permission::ViewObjects) else {
        return Ok(None);
    };
    let (mut view, mut live) = (None, LiveTroubles::default());
    let until = Instant::now() + LIST_TIMEOUT;
    let counts = match connection.index.organisations_within(LIST_TIMEOUT).await {
        None => OverviewCounts::Waiting,
        Some(Err(failure)) => OverviewCounts::Failed(failure),
        // A limit is never judged by an old tree.
        Some(Ok(Served { stale: Some(Staleness { failure, .. }), .. })) if !limits.are_none() => {
            failure.map_or(OverviewCounts::Waiting, OverviewCounts::Failed)
        }
        Some(Ok(served)) => {
            let served = with_clients(connection, served, &limits, until).await;
            view = Some(served.clone());
            live = live_troubles(&served, &limits);
            OverviewCounts::Known(counted(connection, &served, &limits), served.stale.clone())
        }
    };
    let observed = observed(context, connection, &limits, view).await?;
    let name = connection.summary.name.clone();
    let health = cards.iter().find(|card| card.name == name).and_then(checked);
    Ok(Some(ConnectionOverview { connection: name, health, counts, live, observed }))
}

/// The view once the clients are in it too, where they were not and can be read until then. The read goes on without it.
async fn with_clients(connection: &Connection, served: Served<View>, limits: &Limits, until: Instant) -> Served<View> {
    let known = connection.index.coverage(&served, limits.tops());
    // What the partner did not give, whatever the reason, is read again in the background and not with each visit.
    if known.read + known.failed >= known.of {
        return served;
    }
    match timeout_at(until, connection.index.clients(&served, limits.tops())).await {
        Ok((view, _)) => served.with(view),
        Err(_) => served,
    }
}

/// What was changed elsewhere and is open. Where a limit applies and the tree is not known, nothing can be shown.
async fn observed(
    context: &RequestContext,
    connection: &Connection,
    visible: &Limits,
    view: Option<Served<View>>,
) -> Result<OpenChanges, ServiceError> {
    let among = |limits: &Limits| match &view {
        // A limit is never judged by an old tree.
        Some(view) if limits.are_none() || view.stale.is_none() => Some(limits.among(&view.list())),
        None if limits.are_none() => Some(Reach::Everywhere),
        _ => None,
    };
    let reach = |permission| context.limits(connection, permission).ok().and_then(|limits| among(&limits));
    let Some(visible) = among(visible) else {
        return Ok(OpenChanges::default());
    };
    let (editable, readable) = (reach(edit_permission(connection)), reach(Permission::ViewHistory));
    open_on(context, &connection.summary.name, &Reaches { visible, editable, readable }).await
}

/// What the last checks found; `None` before the first.
fn checked(card: &ConnectionCard) -> Option<ConnectionHealth> {
    let last = card.checks.last()?;
    Some(ConnectionHealth { state: last.state, answer: last.answer(), p95_ms: p95(&card.checks), at: last.at })
}

/// How many objects of a kind within the person's limits a query finds.
fn count(view: &View, limits: &Limits, kind: ObjectKind, query: &ObjectQuery) -> u32 {
    u32::try_from(view.count_matching(kind, query, &limits.scope())).unwrap_or(u32::MAX)
}

fn live_troubles(view: &View, limits: &Limits) -> LiveTroubles {
    LiveTroubles {
        organisations: count(view, limits, ObjectKind::Organisation, &errors_in_production()),
        clients: count(view, limits, ObjectKind::OAuthClient, &errors_in_production()),
        below_disabled: count(view, limits, ObjectKind::OAuthClient, &live_below_disabled()),
    }
}

fn counted(connection: &Connection, view: &View, limits: &Limits) -> ObjectCounts {
    let of_kind = |kind| KindCounts::of(|list| count(view, limits, kind, &list.query()));
    let are_clients_known = connection.index.coverage(view, limits.tops()).is_whole();
    ObjectCounts {
        organisations: of_kind(ObjectKind::Organisation),
        clients: are_clients_known.then(|| of_kind(ObjectKind::OAuthClient)),
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
fn health(context: &RequestContext, cards: &[ConnectionCard], overviews: &[ConnectionOverview]) -> Health {
    let mut seen: BTreeMap<&str, Seen> = BTreeMap::new();
    let mut see = |name, what: Seen| {
        let known = seen.entry(name).or_default();
        *known = what.max(*known);
    };
    for card in cards {
        see(&card.name, card.state.map_or(Seen::Unknown, seen_in_check));
    }
    for connection in context.connections.in_order() {
        see(&connection.summary.name, Seen::Unknown);
    }
    for overview in overviews {
        see(&overview.connection, seen_here(&overview.counts));
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
