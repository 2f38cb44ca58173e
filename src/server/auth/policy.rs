//! Roles from groups: an explicit table. A person in none of its groups has no role.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::principal::{Grant, Role, Subtree};

/// Which groups have which role, and for which part of the organisations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleTable {
    groups: BTreeMap<String, BTreeSet<(Role, Option<Subtree>)>>,
}

impl RoleTable {
    /// A table of the groups of each role. The roles have no limit.
    pub fn new(entries: impl IntoIterator<Item = (Role, Vec<String>)>) -> Self {
        let mut table = Self::default();
        for (role, names) in entries {
            for name in names {
                table.add(name, role, None);
            }
        }
        table
    }

    /// Gives a group one more role, either everywhere or within a subtree of the organisations.
    pub fn add(&mut self, group: String, role: Role, within: Option<Subtree>) {
        self.groups.entry(group).or_default().insert((role, within));
    }

    /// Whether no group has any role.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The roles of a person in these groups. `None` when no group has a role.
    pub fn grants_of(&self, groups: &[String]) -> Option<Vec<Grant>> {
        let given: BTreeSet<_> = groups.iter().filter_map(|group| self.groups.get(group)).flatten().cloned().collect();
        let grants: Vec<_> = given.into_iter().map(|(role, within)| Grant { role, within }).collect();
        (!grants.is_empty()).then_some(grants)
    }

    /// The highest role of a person in these groups, as the audit log calls it; empty when they have none.
    pub fn highest(&self, groups: &[String]) -> &'static str {
        let grants = self.grants_of(groups).unwrap_or_default();
        grants.iter().map(|grant| grant.role).max().map(Role::word).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> RoleTable {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        RoleTable::new([(Role::Admin, names(&["admins"])), (Role::Viewer, names(&["staff", "admins"]))])
    }

    fn roles(groups: &[&str]) -> Option<Vec<Role>> {
        let groups: Vec<_> = groups.iter().map(|&group| group.to_owned()).collect();
        table().grants_of(&groups).map(|grants| grants.into_iter().map(|grant| grant.role).collect())
    }

    #[test]
    fn every_group_adds_what_it_gives() {
        assert_eq!(roles(&["staff", "admins"]), Some(vec![Role::Viewer, Role::Admin]));
        assert_eq!(roles(&["staff"]), Some(vec![Role::Viewer]));
    }

    #[test]
    fn no_known_group_is_no_role() {
        assert_eq!(roles(&["Admins"]), None);
        assert_eq!(roles(&[]), None);
    }
}
