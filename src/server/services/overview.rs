//! The overview: every OneID connection at a glance, and the last changes.

use futures::future::join_all;

use super::ServiceError;
use crate::domain::audit::AuditFilter;
use crate::domain::organisation::Organisation;
use crate::domain::principal::Permission;
use crate::domain::views::{ConnectionOverview, OrganisationCounts, Overview};
use crate::server::context::Connection;
use crate::server::context::RequestContext;

/// Entries of the audit log on the overview.
const RECENT: u32 = 8;

/// The overview. A connection that fails says so and does not hide the others.
///
/// # Errors
/// When the audit log cannot be read.
pub async fn overview(context: &RequestContext) -> Result<Overview, ServiceError> {
    context.authorize_somewhere(Permission::ViewObjects)?;
    let history = if context.principal.may_everywhere(Permission::ViewAuditLog) {
        let entries = context.state.audit.list(&AuditFilter::default(), 1, RECENT).await;
        Some(entries.map_err(ServiceError::AuditUnreadable)?)
    } else {
        None
    };
    let connections = join_all(context.state.in_order().map(|connection| look_at(context, connection))).await;
    let connections = connections.into_iter().flatten().collect();
    Ok(Overview { connections, history })
}

/// `None` for a connection of which the person may see nothing.
async fn look_at(context: &RequestContext, connection: &Connection) -> Option<ConnectionOverview> {
    let reach = match context.reach(connection, Permission::ViewObjects).await {
        Ok(reach) => Ok(reach),
        Err(ServiceError::Partner(failure)) => Err(failure),
        Err(_) => return None,
    };
    let read = match reach {
        Ok(reach) => connection.directory.organisations().await.map(|snapshot| (snapshot, reach)),
        Err(failure) => Err(failure),
    };
    let organisations = match read {
        Err(failure) => Err(failure),
        Ok((snapshot, reach)) => {
            let all: Vec<Organisation> = reach.of(&snapshot.organisations).into_iter().cloned().collect();
            let known = connection.directory.known_clients(&all).await;
            let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            Ok(OrganisationCounts {
                all: count(all.len()),
                production: count(all.iter().filter(|one| one.has_production_access()).count()),
                disabled: count(all.iter().filter(|one| one.is_disabled()).count()),
                clients: known.coverage.is_whole().then(|| count(known.count())),
            })
        }
    };
    Some(ConnectionOverview { connection: connection.summary.name.clone(), organisations })
}
