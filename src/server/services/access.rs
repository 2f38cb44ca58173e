//! What the person may do, and which connection is meant: the first lines of every service.

use super::ServiceError;
use crate::domain::connection::Environment;
use crate::domain::principal::Permission;
use crate::server::context::Connection;
use crate::server::context::RequestContext;

impl RequestContext {
    /// Whether the person may do something.
    ///
    /// # Errors
    /// When their role does not include it.
    pub(super) fn authorize(&self, permission: Permission) -> Result<(), ServiceError> {
        if self.principal.role.may(permission) { Ok(()) } else { Err(ServiceError::Forbidden(permission)) }
    }

    /// Whether the person may create and edit on a connection.
    ///
    /// # Errors
    /// When their role does not include it.
    pub(super) fn authorize_edit(&self, connection: &Connection) -> Result<(), ServiceError> {
        self.authorize(match connection.summary.environment {
            Environment::Sandbox => Permission::EditSandbox,
            Environment::Production => Permission::EditProduction,
        })
    }

    /// A connection by its name.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn connection(&self, name: &str) -> Result<&Connection, ServiceError> {
        self.state.connections.get(name).ok_or(ServiceError::NotFound)
    }
}
