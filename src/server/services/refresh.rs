//! Refreshing the lists of a connection because somebody asks for it.

use super::ServiceError;
use crate::domain::object::ObjectKind;
use crate::domain::posted::UnreadableControl;
use crate::domain::principal::Permission;
use crate::paths;
use crate::server::context::RequestContext;

/// Makes the next visitor of a connection's lists have them read from the partner again, at most every few seconds. Where there
/// are several replicas, the one that leads reads them too.
/// Returns the path of the list to go back to, which is one of ours: a form names no path. The partner is not asked, and
/// whoever sees nothing of the connection has nothing to refresh.
///
/// # Errors
/// When there is no such list, the connection is not known, or the person sees nothing of it.
pub fn refresh(context: &RequestContext, connection: &str, collection: &str) -> Result<String, ServiceError> {
    let kind = ObjectKind::from_collection(collection).ok_or_else(|| UnreadableControl("list".to_owned()))?;
    let connection = context.connection(connection)?;
    context.limits(connection, Permission::ViewObjects)?;
    if !connection.index.refresh_everywhere() {
        tracing::debug!(connection = connection.summary.name, "refreshed a moment ago");
    }
    Ok(paths::list(&connection.summary.name, kind))
}
