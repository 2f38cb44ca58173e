//! Roles from groups: an explicit table, and nothing for those who are not in it.

use std::collections::BTreeMap;

use crate::domain::principal::Role;

/// Which groups give which role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleTable {
    groups: BTreeMap<String, Role>,
}

impl RoleTable {
    /// A table from the groups of each role. A group that is named twice gives the mightier role.
    pub fn new(entries: impl IntoIterator<Item = (Role, Vec<String>)>) -> Self {
        let mut groups = BTreeMap::new();
        for (role, names) in entries {
            for name in names {
                let held = groups.entry(name).or_insert(role);
                *held = (*held).max(role);
            }
        }
        Self { groups }
    }

    /// The mightiest role that one of the groups gives; `None` when none gives any.
    pub fn role_of(&self, groups: &[String]) -> Option<Role> {
        groups.iter().filter_map(|group| self.groups.get(group).copied()).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> RoleTable {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        RoleTable::new([(Role::Admin, names(&["admins"])), (Role::Viewer, names(&["staff", "admins"]))])
    }

    #[test]
    fn the_mightiest_group_decides() {
        let groups = ["staff".to_owned(), "admins".to_owned()];
        assert_eq!(table().role_of(&groups), Some(Role::Admin));
        assert_eq!(table().role_of(&groups[..1]), Some(Role::Viewer));
    }

    #[test]
    fn no_known_group_is_no_role() {
        assert_eq!(table().role_of(&["Admins".to_owned()]), None);
        assert_eq!(table().role_of(&[]), None);
    }
}
