//! Where pages about single entries are: in the audit log, for those who may open it.

use crate::components::{Crumb, Location, shell};
use crate::domain::principal::Permission;
use crate::paths;

/// The item of the navigation that the page is below, and the crumb of the log. Who may read the history of some objects
/// alone has no log to go back to.
pub(super) fn place() -> (Location, Crumb) {
    let may_open = shell().is_some_and(|shell| shell.refusal_everywhere(Permission::ViewAuditLog).is_none());
    if may_open {
        (Location::AuditLog, Crumb::to("Audit log", paths::AUDIT.to_owned()))
    } else {
        (Location::Elsewhere, Crumb::here("Audit log"))
    }
}
