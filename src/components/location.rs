//! Where a page belongs in the navigation.

use crate::domain::object::ObjectKind;

/// The entry of the navigation that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// The overview.
    Overview,
    /// The objects of a kind, on the page's connection.
    Objects(ObjectKind),
    /// The connections.
    Connections,
    /// The targets of notifications.
    Notifications,
    /// The audit log.
    AuditLog,
    /// A page that the navigation does not list.
    Elsewhere,
}
