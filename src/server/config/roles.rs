//! Checks which groups have which role, everywhere or for a part of the organisations.

use super::auth_table::{LimitedRole, RoleEntry, RolesTable};
use super::error::{ConfigError, ConfigFile};
use super::settings::ConnectionConfig;
use crate::domain::connection::ConnectionKind;
use crate::domain::principal::{Role, Subtree};
use crate::server::auth::RoleTable;

/// Checks `[auth.roles]` against the connections that it names.
pub(super) fn check(
    table: RolesTable,
    connections: &[ConnectionConfig],
    file: &ConfigFile<'_>,
) -> Result<RoleTable, ConfigError> {
    let RolesTable { admin, editor, auditor, viewer } = table;
    let mut roles = RoleTable::default();
    for (role, entries) in
        [(Role::Admin, admin), (Role::Editor, editor), (Role::Auditor, auditor), (Role::Viewer, viewer)]
    {
        let key = format!("auth.roles.{}", role.word());
        for entry in entries {
            let (group, within) = match entry {
                RoleEntry::Everywhere(group) => (group, None),
                RoleEntry::Below(LimitedRole { group, connection, organisation }) => {
                    let is_known =
                        connections.iter().any(|known| known.name == connection && known.kind == ConnectionKind::OneId);
                    if !is_known {
                        let reason = format!("{connection:?} is not the name of a oneid connection");
                        return Err(file.error(&key, reason));
                    }
                    if organisation.trim().is_empty() {
                        return Err(file.error(&key, "contains an empty organisation ID"));
                    }
                    (group, Some(Subtree { connection, organisation }))
                }
            };
            if group.trim().is_empty() {
                return Err(file.error(&key, "contains an empty group name"));
            }
            roles.add(group, role, within);
        }
    }
    if roles.is_empty() {
        return Err(file.error("auth.roles", "names no group, so no one would have access"));
    }
    Ok(roles)
}
