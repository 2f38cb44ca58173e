//! The overview: every OneID connection at a glance, and the last changes.

use futures::future::join_all;

use super::ServiceError;
use crate::domain::audit::AuditFilter;
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
    context.authorize(Permission::ViewObjects)?;
    let history = if context.principal.role.may(Permission::ViewAuditLog) {
        let entries = context.state.audit.list(&AuditFilter::default(), 1, RECENT).await;
        Some(entries.map_err(ServiceError::AuditUnreadable)?)
    } else {
        None
    };
    let connections = join_all(context.state.in_order().map(look_at)).await;
    Ok(Overview { connections, history })
}

async fn look_at(connection: &Connection) -> ConnectionOverview {
    let organisations = match connection.directory.organisations().await {
        Err(failure) => Err(failure),
        Ok(snapshot) => {
            let all = &snapshot.organisations;
            let known = connection.directory.known_clients(all).await;
            let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            Ok(OrganisationCounts {
                all: count(all.len()),
                production: count(all.iter().filter(|one| one.has_production_access()).count()),
                disabled: count(all.iter().filter(|one| one.is_disabled()).count()),
                clients: known.coverage.is_whole().then(|| count(known.clients.len())),
            })
        }
    };
    ConnectionOverview { connection: connection.summary.name.clone(), organisations }
}
