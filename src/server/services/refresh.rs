//! Reading a connection anew because somebody asks for it.

use super::ServiceError;
use crate::domain::object::ObjectKind;
use crate::domain::posted::UnreadableControl;
use crate::domain::principal::Permission;
use crate::paths;
use crate::server::context::RequestContext;

/// Sees that the lists of a connection are read anew by whoever looks at them next, at most every few seconds. Gives
/// the path of the list to go back to, which is one of ours: a form names no path. Asks no partner: whoever sees nothing there has nothing to refresh.
///
/// # Errors
/// When there is no such list, the connection is not known, or the person sees nothing of it.
pub fn refresh(context: &RequestContext, connection: &str, collection: &str) -> Result<String, ServiceError> {
    let kind = ObjectKind::from_collection(collection).ok_or_else(|| UnreadableControl("list".to_owned()))?;
    let connection = context.connection(connection)?;
    context.limits(connection, Permission::ViewObjects)?;
    if !connection.directory.refresh() {
        tracing::debug!(connection = connection.summary.name, "refreshed a moment ago");
    }
    Ok(paths::list(&connection.summary.name, kind))
}
